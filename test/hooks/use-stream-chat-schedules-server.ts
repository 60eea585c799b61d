/** A server of replies that a schedule writes word by word. */
import type { Exchange } from '../../src/testing/exchange.js'

interface Reply {
  words: number
  isDone: boolean
  hasIds: boolean
}

export function createChatServer() {
  const replies: Reply[] = []
  const replyOf = new Map<Exchange, number>()

  /** A reply that can be resumed says where; without ids it comes again from its start. */
  function serve(exchange: Exchange, isResumable = true, hasIds = true): void {
    const path = new URL(exchange.request.url, 'http://x').pathname
    let number = Number(path.slice('/reply/'.length))
    if (exchange.request.method === 'POST') {
      number = replies.push({ words: 0, isDone: false, hasIds }) - 1
    }
    replyOf.set(exchange, number)
    exchange.open(isResumable ? { headers: { 'content-location': `/reply/${number}` } } : {})
    const { words, isDone } = replies[number]!
    for (let id = Number(exchange.request.lastEventId) + 1; id <= words; id += 1) say(exchange, id)
    if (isDone) finish(exchange)
  }

  function say(exchange: Exchange, id: number): void {
    const number = replyOf.get(exchange)!
    const fields = replies[number]!.hasIds ? { id: `${id}` } : {}
    exchange.send({ content: `${number}.${id} ` }, fields)
  }

  function finish(exchange: Exchange): void {
    exchange.send('[DONE]')
    exchange.end()
  }

  function answer(exchange: Exchange | undefined, isLast: boolean): void {
    if (!exchange) return
    const reply = replies[replyOf.get(exchange)!]!
    if (reply.isDone) return
    if (isLast) {
      reply.isDone = true
      finish(exchange)
    } else say(exchange, (reply.words += 1))
  }

  return { serve, answer }
}
