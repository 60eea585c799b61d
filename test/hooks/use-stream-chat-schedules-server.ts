/** A server of replies that a schedule writes word by word. */
import type { Exchange } from '../../src/testing/exchange.js'

interface Reply {
  words: number
  isDone: boolean
  hasIds: boolean
}

export function createChatServer() {
  const replies: Reply[] = []
  /** Which reply, and how much of it has been sent there. */
  const sent = new Map<Exchange, { number: number; words: number }>()

  /** A reply that can be resumed says where. Without ids it comes again from its start, slowly. */
  function serve(exchange: Exchange, isResumable = true, hasIds = true): void {
    const path = new URL(exchange.request.url, 'http://x').pathname
    let number = Number(path.slice('/reply/'.length))
    if (exchange.request.method === 'POST') {
      number = replies.push({ words: 0, isDone: false, hasIds }) - 1
    }
    const reply = replies[number]!
    sent.set(exchange, { number, words: Number(exchange.request.lastEventId) })
    exchange.open(isResumable ? { headers: { 'content-location': `/reply/${number}` } } : {})
    if (reply.isDone) finish(exchange, reply)
    else say(exchange, reply.hasIds ? reply.words : reply.words / 2)
  }

  function say(exchange: Exchange, upTo: number): void {
    const all = sent.get(exchange)!
    while (all.words < upTo) {
      all.words += 1
      const { hasIds } = replies[all.number]!
      exchange.send(
        { content: `${all.number}.${all.words} ` },
        hasIds ? { id: `${all.words}` } : {},
      )
    }
  }

  function finish(exchange: Exchange, { words }: Reply): void {
    say(exchange, words)
    exchange.send('[DONE]')
    exchange.end()
  }

  /** The next word comes, or the end. */
  function answer(exchange: Exchange | undefined, isLast: boolean): void {
    if (!exchange) return
    const { number, words } = sent.get(exchange)!
    const reply = replies[number]!
    reply.words = Math.max(reply.words, isLast ? 0 : words + 1)
    reply.isDone ||= isLast
    if (isLast) finish(exchange, reply)
    else say(exchange, words + 1)
  }

  return { serve, answer }
}
