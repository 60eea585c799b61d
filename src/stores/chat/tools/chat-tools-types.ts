import type { StreamError } from '../../../errors.js'
import type { Store } from '../../publisher.js'
import type { Retention } from '../../retention.js'

/** How far tools may go on by themselves. */
export interface ChatToolsOptions {
  /** How many replies may ask for tools before the user has to say something. Default 8. */
  maxRounds?: number
  /** What `error` is set to. */
  onError?(error: StreamError): void
}

/** The tools of a chat at one moment. The calls themselves are parts of its messages. */
export interface ChatToolsSnapshot {
  /** A tool runs, or its input is checked. */
  isRunning: boolean
  /** Code `protocol`: the model went on asking for tools. Cleared by the next reply. */
  error: StreamError | undefined
}

/** What a page answers to the calls of a chat, each by its id. An id that waits for nothing is ignored. */
export interface ChatToolsActions {
  /**
   * Runs a call that waits for it: in state `approval`, or left by an earlier page. What a server
   * asked about it runs itself.
   */
  approve: (callId: string) => void
  /** It is not run. The model is told the reason, in words. Default: that the user declined. */
  deny: (callId: string, reason?: string) => void
  /**
   * The result of a call that the page runs itself, of a tool without `execute`.
   *
   * @throws {TypeError} for a result that JSON cannot hold: the call keeps waiting.
   */
  answer: (callId: string, result: unknown) => void
  /** Stops the reply and the tools that run; the model is not asked again. */
  stop: () => void
}

/** The tools of a chat, outside React: the store behind `useChatTools`. */
export interface ChatTools
  extends Store<ChatToolsSnapshot>, ChatToolsActions, Pick<Retention, 'retain'> {}
