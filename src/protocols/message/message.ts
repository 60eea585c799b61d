import type { StreamError } from '../../errors.js'

/** One message of a conversation. A settled message never changes: an update is a new object. */
export interface ChatMessage {
  id: string
  role: 'user' | 'assistant' | 'system'
  /** The text parts, joined: simple pages never look at `parts`. */
  content: string
  /** All that was said, thought, asked of tools, cited or attached, in its order. */
  parts: readonly MessagePart[]
  /**
   * `pending` until the first delta, then `streaming`. Settled are `complete`, `stopped` (by the
   * user), `interrupted` (the transport ended before the reply did) and `error`.
   */
  status: 'pending' | 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'error'
  /** Why the model stopped, where the backend has said so. */
  finishReason?: FinishReason
  /** The finish reason as the backend sent it. */
  rawFinishReason?: string
  /** What the model counted, where the backend has said so. */
  usage?: Usage
  /** Why a reply is `interrupted` or `error`. */
  error?: StreamError
  /** Of a reply that was cut or is under way: where it can be fetched from again. */
  resumeUrl?: string
  /** Of a reply that went on after its tools: how many parts it had before. It is resumed from there. */
  continuedAt?: number
  /** Milliseconds since the epoch. */
  createdAt?: number
  /** What the page adds to its own messages, and the protocol to replies: ids, a refusal. */
  metadata?: Record<string, unknown>
}

/** One piece of a message. Pages look at its `type`. */
export type MessagePart =
  | TextPart
  | ReasoningPart
  | ToolCallPart
  /** What a reply refers to: a web page, or a document without a `url`. */
  | { type: 'source'; url?: string; title?: string; [more: string]: unknown }
  /** By its `url`, which may be a data URL, or by its `data` in base64. */
  | {
      type: 'file'
      mediaType: string
      url?: string
      data?: string
      name?: string
      providerMetadata?: ProviderMetadata
    }
  /** Anything else that a backend sends, under the name that it or its protocol gives it. */
  | { type: 'data'; name: string; id?: string; data: unknown }

/** A file in a message: by its address, or with its data in base64. */
export type FilePart = Extract<MessagePart, { type: 'file' }>

/** Text as it was written, which may be Markdown. */
export interface TextPart {
  type: 'text'
  text: string
  providerMetadata?: ProviderMetadata
}

/** What a model thought before it answered. */
export interface ReasoningPart {
  type: 'reasoning'
  text: string
  /** The provider's seal on it, which goes back with the next request. */
  signature?: string
  providerMetadata?: ProviderMetadata
}

/** What a server tells of its provider, seals among it. It goes back with the next request. */
export type ProviderMetadata = Record<string, unknown>

/** A tool that the model wants to be run, and what came of it. */
export interface ToolCallPart {
  type: 'tool-call'
  /** As the backend has it; made up where it has none. */
  id: string
  name: string
  /** Partial while streaming; `null` when the arguments never became valid JSON. */
  args: unknown
  /** The arguments as text, as far as they have come. */
  argsText: string
  /**
   * `streaming` while its arguments come; `ready` when they are whole and nobody has begun to run it;
   * `approval` while a person has to allow it; `running`; then `done` with a `result`, or `error`.
   */
  state: 'streaming' | 'ready' | 'running' | 'approval' | 'done' | 'error'
  result?: unknown
  /** Why it failed or was denied, in words for the model. */
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

/** A server's question whether it may run a call. What else it sent with that goes back with the answer. */
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

/**
 * Why a model stopped: it had said all (`stop`), came to its limit of tokens (`length`), waits for tools
 * (`tool-calls`), refused or was filtered (`content-filter`), failed (`error`), or `other`.
 */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'error' | 'other'

/** What a reply cost, in tokens. */
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
