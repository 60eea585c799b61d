import type { ChatProtocol } from '../../../src/protocols/types.js'

/** What the model says, in one reply. */
export interface Said {
  thoughts?: string
  text?: string
  calls?: { name: string; args: object }[]
}

export interface Provider {
  protocol: ChatProtocol
  type: string
  /** The events of a reply; the last one ends it. */
  stream(said: Said, round: number): string[]
  /** It refuses calls without what came with them, and nobody else sends that or takes it. */
  wantsBack?: true
  /** What is wrong with a request. */
  refuse(body: Body): string | undefined
}

// oxlint-disable-next-line typescript/no-explicit-any -- any JSON, read as the provider does
export type Body = any

export const sse = (event: object): string => `data: ${JSON.stringify(event)}\n\n`
export const line = (event: object): string => `${JSON.stringify(event)}\n`
export const json = JSON.stringify

/** The first of these that is wrong. */
export function first(checks: Iterable<string | false | undefined>): string | undefined {
  for (const wrong of checks) if (wrong) return wrong
  return undefined
}

export function repeated(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) !== index)
}
