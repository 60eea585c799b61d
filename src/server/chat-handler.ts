import type { EventFields } from '../formats/types.js'
import type { DurableStream } from './produce.js'
import { refusal } from './refusal.js'
import { createRoute, type OwnerOption } from './route.js'
import type { Streams } from './streams.js'

/** The turn of a conversation that `reply` has to answer. */
export interface ChatTurn {
  /** The id of the reply's stream, by which it is resumed and stopped. */
  id: string
  /** The conversation as the page sent it, not validated: check what matters. */
  messages: { role: string; content: string }[]
  /** The whole object that was posted. */
  body: Record<string, unknown>
  /**
   * The page's request. Its `signal` aborts when the page leaves, which must not stop the reply: use the
   * `signal` below.
   */
  request: Request
  /** Aborts when the reply is stopped. Pass it to the model. */
  signal: AbortSignal
}

type Piece = string | Pick<EventFields, 'event' | 'data'>

/** How `chatHandler` replies, where it keeps replies, and whose they are. */
export interface ChatHandlerOptions extends OwnerOption {
  /** Makes the reply, piece by piece: text, or events as the page's protocol reads them. */
  reply(turn: ChatTurn): AsyncIterable<Piece> | Promise<AsyncIterable<Piece>>
  /** Where replies are kept. Default `createStreams()`. */
  streams?: Streams | undefined
}

/**
 * A chat route for `useStreamChat`, whose replies survive a lost connection, a reload and, with a shared
 * store, a change of the server instance. POST sends a turn, `{ messages }`, and gets the reply:
 * `{ content }` for each piece of text, `[DONE]` at the end. GET with `?stream=…` resumes it after
 * `Last-Event-ID`, DELETE stops it.
 *
 * @example
 * ```ts
 * import { chatHandler } from 'brooklet/server'
 *
 * export const chat: (request: Request) => Promise<Response> = chatHandler({
 *   async *reply({ messages, signal }) {
 *     for (const word of `You said: ${messages.at(-1)?.content}`.split(/(?= )/)) {
 *       if (signal.aborted) return
 *       yield word
 *     }
 *   },
 * })
 * ```
 */
export function chatHandler(options: ChatHandlerOptions): (request: Request) => Promise<Response> {
  const { reply, streams, owner } = options
  return createRoute({
    kind: 'chat',
    parameter: 'stream',
    streams,
    owner,
    async post(request, own, body) {
      if (!Array.isArray(body.messages)) return refusal(400, 'Expected an array of messages')
      const { messages } = body as Pick<ChatTurn, 'messages'>
      const id = crypto.randomUUID()
      await own.start(id, ({ send, signal }) =>
        sendReply(send, reply({ id, messages, body, request, signal })),
      )
      return own.follow(id)
    },
    get: (_, own, id) => own.follow(id),
  })
}

async function sendReply(
  send: DurableStream['send'],
  reply: ReturnType<ChatHandlerOptions['reply']>,
): Promise<void> {
  for await (const piece of await reply) {
    // Models end with a chunk that has no text, which untyped code passes on.
    if (piece === undefined || piece === null) continue
    await send(typeof piece === 'string' ? { data: { content: piece } } : piece)
  }
  await send({ data: '[DONE]' })
}
