/** A server of tasks, whose work goes on as a schedule says. */
import type { Exchange } from '../../src/testing/exchange.js'

interface Work {
  percent: number
  isDone: boolean
  hasIds: boolean
}

export function idOf({ request }: Exchange): string {
  return new URL(request.url, 'http://x').searchParams.get('taskId')!
}

export function createTaskServer() {
  const works = new Map<string, Work>()

  function serve(exchange: Exchange, hasIds = true): void {
    const id = idOf(exchange)
    exchange.open()
    const work = works.get(id) ?? { percent: 0, isDone: false, hasIds }
    works.set(id, work)
    if (!work.hasIds) work.percent = 0
    if (work.percent > 0) tell(exchange, work)
    if (work.isDone) finish(exchange)
  }

  function tell(exchange: Exchange, { percent, hasIds }: Work): void {
    exchange.send({ percent }, { event: 'progress', ...(hasIds && { id: `${percent}` }) })
  }

  function finish(exchange: Exchange): void {
    exchange.send({ result: idOf(exchange) }, { event: 'complete' })
    exchange.end()
  }

  function answer(
    exchange: Exchange | undefined,
    what: 'tell' | 'tell less' | 'finish' | 'break',
  ): void {
    const work = exchange && works.get(idOf(exchange))
    if (!work || work.isDone) return
    if (what === 'finish') {
      work.isDone = true
      finish(exchange)
    } else if (what === 'tell less')
      exchange.send({ percent: work.percent - 1 }, { event: 'progress' })
    else if (what === 'break') {
      exchange.send({ message: 'No' }, { event: 'error' })
      exchange.end()
    } else {
      work.percent += 1
      tell(exchange, work)
    }
  }

  return { serve, answer }
}
