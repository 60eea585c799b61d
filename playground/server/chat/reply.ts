/** One reply of the game master, before it is put into a protocol. */
export interface Reply {
  id: string
  model: string
  parts: readonly ReplyPart[]
  reason: 'stop' | 'tool-calls'
  usage: { input: number; output: number }
}

export type ReplyPart =
  | { type: 'reasoning'; deltas: readonly string[] }
  | { type: 'text'; deltas: readonly string[] }
  | Source
  | ToolCall

export interface Source {
  type: 'source'
  url: string
  title: string
}

export interface ToolCall {
  type: 'tool-call'
  id: string
  name: string
  /** JSON, in pieces. */
  args: readonly string[]
}

/** For protocols that have only text. */
export function deltasOf({ parts }: Reply): string[] {
  return parts.flatMap((part) => (part.type === 'text' ? part.deltas : []))
}

/** For protocols in which sources come together. */
export function sourcesOf({ parts }: Reply): Source[] {
  return parts.filter((part) => part.type === 'source')
}

export function callsOf({ parts }: Reply): ToolCall[] {
  return parts.filter((part) => part.type === 'tool-call')
}

/** For protocols in which a call comes whole. */
export function wholeArgs({ args }: ToolCall): object {
  return JSON.parse(args.join('')) as object
}
