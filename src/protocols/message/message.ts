import type { StreamError } from '../../errors.js'

/** One message of a conversation. A settled message never changes: an update is a new object. */
export interface ChatMessage {
  id: string
  role: 'user' | 'assistant' | 'system'
  /** The text parts, joined: simple pages never look at `parts`. */
  content: string
  /** All that was said, thought, asked of tools, cited or attached, in order. */
  parts: readonly MessagePart[]
  /**
   * `pending` until the first delta, then `streaming`. Settled are `complete`, `stopped` (by the
   * user), `interrupted` (the transport ended before the reply did) and `error`.
   */
  status: 'pending' | 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'error'
  /** Why the model stopped, if the backend has said so. */
  finishReason?: FinishReason | undefined
  /** The finish reason as the backend sent it. */
  rawFinishReason?: string | undefined
  /** How many tokens were used, if the backend has said so. */
  usage?: Usage | undefined
  /** Why a reply is `interrupted` or `error`. */
  error?: StreamError | undefined
  /** Where a reply that was cut or is under way can be fetched again. */
  resumeUrl?: string | undefined
  /** How many parts a reply had when it was continued after its tools: it is resumed from there. */
  continuedAt?: number | undefined
  /** Milliseconds since the epoch. */
  createdAt?: number | undefined
  /** What the page adds to its own messages, and the protocol to replies: ids, a refusal. */
  metadata?: Record<string, unknown> | undefined
}

/** One piece of a message. Pages look at its `type`. */
export type MessagePart = TextPart | ReasoningPart | ToolCallPart | SourcePart | FilePart | DataPart

/** Text as it was written, which may be Markdown. */
export interface TextPart {
  type: 'text'
  text: string
  providerMetadata?: ProviderMetadata | undefined
}

/** What a model thought before it answered. */
export interface ReasoningPart {
  type: 'reasoning'
  text: string
  /** The provider's signature, which goes back with the next request. */
  signature?: string | undefined
  providerMetadata?: ProviderMetadata | undefined
}

/** What a reply refers to: a web page, or a document without a `url`. */
export interface SourcePart {
  type: 'source'
  url?: string | undefined
  title?: string | undefined
  [more: string]: unknown
}

/** A file in a message: by its URL, or with its data in base64. */
export interface FilePart {
  type: 'file'
  mediaType: string
  /** May be a data URL. */
  url?: string | undefined
  /** In base64. */
  data?: string | undefined
  name?: string | undefined
  providerMetadata?: ProviderMetadata | undefined
}

/** Anything else that a backend sends, under the name that it or its protocol gives it. */
export interface DataPart {
  type: 'data'
  name: string
  /** The backend's id, if it has one: a later part with the same id takes the place of this one. */
  id?: string | undefined
  data: unknown
}

/** What a provider says of a part, such as a signature. It goes back with the next request. */
export type ProviderMetadata = Record<string, unknown>

/** A tool that the model wants to be run, and its outcome. */
export interface ToolCallPart {
  type: 'tool-call'
  /** The backend's id, or one that is made up if there is none. */
  id: string
  name: string
  /** Partial while streaming; `null` when the arguments never became valid JSON. */
  args: unknown
  /** The arguments as text, as far as they have come. */
  argsText: string
  /**
   * `streaming` while its arguments come; `ready` when they are complete and nobody runs it yet;
   * `approval` while a person has to allow it; `running`; then `done` with a `result`, or `error`.
   */
  state: 'streaming' | 'ready' | 'running' | 'approval' | 'done' | 'error'
  result?: unknown
  /** Why it failed or was denied, in words for the model. */
  error?: string | undefined
  /** If the server asks whether it may run the call: its question, and the user's decision. */
  approval?: ToolApproval | undefined
  /** The provider runs the tool, and a page only shows it. */
  providerExecuted?: boolean | undefined
  /** The provider's signature, which goes back with the next request. */
  signature?: string | undefined
  callProviderMetadata?: ProviderMetadata | undefined
  resultProviderMetadata?: ProviderMetadata | undefined
  /** An AI SDK server has found the tool at run time: it is not one that the server was written with. */
  dynamic?: boolean | undefined
  /** The number of the step that made the call: the model knew the results of earlier steps by then. */
  step?: number | undefined
}

/** A server's question whether it may run a call. Its further fields go back with the answer. */
export interface ToolApproval {
  id: string
  /** Why the server asks. */
  requestReason?: string | undefined
  /** `undefined` until it is decided. */
  approved?: boolean | undefined
  /** The reason for the decision. */
  reason?: string | undefined
  /** The server has been told of the decision. */
  isSettled?: boolean | undefined
  [more: string]: unknown
}

/**
 * Why a model stopped: it had said everything (`stop`), reached its limit of tokens (`length`), waits for
 * tools (`tool-calls`), refused or was filtered (`content-filter`), failed (`error`), or `other`.
 */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'error' | 'other'

/** What a reply cost, in tokens. */
export interface Usage {
  inputTokens?: number | undefined
  outputTokens?: number | undefined
}

/** Whether a call has its result, or has failed. */
export function isOver({ state }: ToolCallPart): boolean {
  return state === 'done' || state === 'error'
}

/** The text parts of a message, joined. */
export function textOf(parts: readonly MessagePart[]): string {
  let text = ''
  for (const part of parts) if (part.type === 'text') text += part.text
  return text
}
