import type { StreamError } from '../errors.js'

/** One message of a conversation. A settled message never changes: an update is a new object. */
export interface ChatMessage {
  id: string
  role: 'user' | 'assistant' | 'system'
  /** The text parts, joined: simple pages never look at `parts`. */
  content: string
  parts: readonly MessagePart[]
  /**
   * `pending` until the first delta, then `streaming`. Settled are `complete`, `stopped` (by the
   * user), `interrupted` (the transport ended before the reply did) and `error`.
   */
  status: 'pending' | 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'error'
  finishReason?: FinishReason
  /** The finish reason as the backend sent it. */
  rawFinishReason?: string
  usage?: Usage
  error?: StreamError
  /** Of a reply that was cut or is under way: where it can be fetched from again. */
  resumeUrl?: string
  /** Of a reply that went on after its tools: how many parts it had before. It is resumed from there. */
  continuedAt?: number
  /** Milliseconds since the epoch. */
  createdAt?: number
  metadata?: Record<string, unknown>
}

export type MessagePart =
  | TextPart
  | ReasoningPart
  | ToolCallPart
  | { type: 'source'; url?: string; title?: string; [more: string]: unknown }
  | {
      type: 'file'
      mediaType: string
      url?: string
      data?: string
      name?: string
      providerMetadata?: ProviderMetadata
    }
  | { type: 'data'; name: string; data: unknown }

export interface TextPart {
  type: 'text'
  text: string
  providerMetadata?: ProviderMetadata
}

export interface ReasoningPart {
  type: 'reasoning'
  text: string
  /** The provider's seal on it, which goes back with the next request. */
  signature?: string
  providerMetadata?: ProviderMetadata
}

/** What a server tells of its provider, seals among it. It goes back with the next request. */
export type ProviderMetadata = Record<string, unknown>

export interface ToolCallPart {
  type: 'tool-call'
  id: string
  name: string
  /** Partial while streaming; `null` when the arguments never became valid JSON. */
  args: unknown
  argsText: string
  state: 'streaming' | 'ready' | 'running' | 'approval' | 'done' | 'error'
  result?: unknown
  error?: string
  /** Where the server asks whether it may run it: what it asked, and what the user said. */
  approval?: ToolApproval
  /** The provider runs it, and a page only shows it. */
  providerExecuted?: boolean
  /** The provider's seal on it, which goes back with the next request. */
  signature?: string
  callProviderMetadata?: ProviderMetadata
  resultProviderMetadata?: ProviderMetadata
  /** An AI SDK server found the tool while it ran, and not among those it is written with. */
  dynamic?: boolean
  /** Which step of an AI SDK server called it: a later one, of a greater number, knew what it gave. */
  step?: number
}

/** What else the server sent with it goes back with the answer. */
export interface ToolApproval {
  id: string
  /** Why the server asks. */
  requestReason?: string
  /** `undefined` until it is decided. */
  approved?: boolean
  /** Why it was decided so. */
  reason?: string
  /** The server knows that it was denied. */
  isSettled?: boolean
  [more: string]: unknown
}

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'error' | 'other'

export interface Usage {
  inputTokens?: number
  outputTokens?: number
}

/** The text parts of a message, joined. */
export function textOf(parts: readonly MessagePart[]): string {
  let text = ''
  for (const part of parts) if (part.type === 'text') text += part.text
  return text
}
