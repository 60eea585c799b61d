import { queueOf } from '../../../src/stores/chat/chat-queue.js'
import type { ChatOptions } from '../../../src/stores/chat/chat-types.js'
import { delta, startChat } from './chat-support.js'

/** A chat with its queue. */
export function start(options?: ChatOptions) {
  const started = startChat(options)
  const { chat, clock, nextCall } = started
  const queue = queueOf(chat, clock)
  /** Answers the reply under way, and lets the next message be sent. */
  async function answer(text: string): Promise<void> {
    await (await nextCall()).send(delta(text), '[DONE]')
    await clock.advance(0)
  }
  const queued = () => queue.getSnapshot().map(({ content }) => content)
  const shown = () => chat.getSnapshot().messages.map(({ content }) => content)
  return { ...started, queue, answer, queued, shown }
}
