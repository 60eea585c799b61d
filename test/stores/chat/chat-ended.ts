import { StreamError } from '../../../src/errors.js'
import type { ChatOptions } from '../../../src/stores/chat/chat-types.js'
import { type Call, outcome, startChat, type TestChat } from './chat-support.js'

interface Ended {
  promise: unknown
  status: string
  /** Of the reply. */
  reply: string | undefined
  text: string
  code: string | undefined
}

/** Sends a message, lets the server answer as `serve` says, and tells how the turn ended. */
export async function ended(
  options: ChatOptions,
  serve: (call: Call) => Promise<void>,
): Promise<Ended> {
  const { chat, nextCall } = startChat({ retry: false, ...options })
  const promise = outcome(chat.sendMessage('Hello'))
  await serve(await nextCall())
  return described(chat, await promise)
}

/** How the turn ended that the chat has had last; `settledTo`: what its promise came to. */
export function described(chat: TestChat['chat'], settledTo: unknown): Ended {
  const { status, reply, streamingContent, error } = chat.getSnapshot()
  const promise = settledTo instanceof StreamError ? settledTo.code : settledTo
  return { promise, status, reply: reply?.status, text: streamingContent, code: error?.code }
}

export const chunk = (content: string, finish: string | null = null): object => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
})
