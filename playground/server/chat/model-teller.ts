/** A real model's reply, event by event, as it comes. */
import { readEvents } from 'brooklet/parser'
import type { ChatTurn, Provider } from '../adventure/provider.js'
import type { Language } from '../language.js'
import type { Teller } from './game-teller.js'
import { list } from './json.js'
import type { Json } from './json.js'

/** Until the model answers, leaving the page stops it; from then on, only stopping the reply does. */
export async function modelTeller(
  provider: Provider,
  turn: ChatTurn,
  client: AbortSignal,
): Promise<Teller> {
  const stopping = new AbortController()
  const stop = (): void => stopping.abort()
  client.addEventListener('abort', stop)
  const answer = await provider
    .complete(turn, stopping.signal)
    .finally(() => client.removeEventListener('abort', stop))
  return async ({ send, signal }) => {
    signal.addEventListener('abort', stop)
    for await (const { type, data } of readEvents(answer)) await send({ event: type, data })
  }
}

/** What goes on to the model, or what is wrong with it. */
export function readTurn(
  body: Json,
  language: Language | undefined,
  maxMessages: number,
): ChatTurn | string {
  const messages = list(body?.messages)
  if (messages.length === 0) return 'Expected { "messages": [{ "role", "content" }] }'
  if (messages.length > maxMessages) return `More than ${maxMessages} messages`
  if (!messages.every(isMessage)) {
    return 'Each message needs a role, and a content or calls of tools'
  }
  const tools = list(body?.tools) as object[]
  return { messages, language, ...(tools.length > 0 && { tools }) }
}

function isMessage(message: Json): message is NonNullable<Json> {
  return Boolean(message?.role && (message.content ?? message.tool_calls) !== undefined)
}
