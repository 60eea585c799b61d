import type { StreamError } from '../../../errors.js'
import type { Store } from '../../publisher.js'
import type { Retention } from '../../retention.js'

/** The options of a chat's tools. */
export interface ChatToolsOptions {
  /** How many replies in a row may call tools before the user has to send something. Default 8. */
  maxRounds?: number | undefined
  /** Called with what `error` is set to. */
  onError?: ((error: StreamError) => void) | undefined
}

/** The tools of a chat at one moment. The calls themselves are parts of its messages. */
export interface ChatToolsSnapshot {
  /** Whether a tool runs, or the input of a call is being checked. */
  isRunning: boolean
  /** Code `protocol`: more than `maxRounds` replies called tools. Cleared by the next reply. */
  error: StreamError | undefined
}

/** How a page answers the tool calls of a chat, by their ids. An id without a waiting call is ignored. */
export interface ChatToolsActions {
  /**
   * Lets a waiting call run: one in state `approval`, or one left by an earlier page. If the server asked
   * for the approval, the server runs it.
   */
  approve: (callId: string) => void
  /** Refuses a call. The model is told the reason. Default: that the user declined. */
  deny: (callId: string, reason?: string) => void
  /**
   * Gives the result of a call that the page runs itself, because its tool has no `execute`.
   *
   * @throws {TypeError} for a result that JSON cannot hold: the call keeps waiting.
   */
  answer: (callId: string, result: unknown) => void
  /** Stops the reply and the running tools. No further reply is requested. */
  stop: () => void
}

/** The tools of a chat, outside React: the store behind `useChatTools`. */
export interface ChatTools
  extends Store<ChatToolsSnapshot>, ChatToolsActions, Pick<Retention, 'retain'> {}
