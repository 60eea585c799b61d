/** What a task manager does, said once more and more simply: of any schedule it predicts all that can be seen. */
import { defaultEnvironment } from '../../src/connection/environment.js'
import type { Exchange } from '../../src/testing/exchange.js'
import { partsOf, type Hearer } from './schedules-wire.js'
import {
  fresh,
  isUnderWay,
  told,
  weightOf,
  type Job,
  type Run,
  type Seen,
} from './use-task-manager-schedules-seen.js'

export const actions = [
  'startTask',
  'cancelTask',
  'retryTask',
  'removeTask',
  'clearFinished',
  'pauseQueue',
  'resumeQueue',
] as const
export type Action = (typeof actions)[number]

/** What a component decides about its manager. */
export interface Given {
  version: number
  concurrency: number
  keepCanceled: boolean
  /** A task may be asked for again, whatever it costs. */
  replays: boolean
}

const retryDelay = 1_000
const attempts = 5

export function createManagerModel(given: Given, fault: (...words: unknown[]) => void) {
  const jobs = new Map<string, Job>()
  const log: string[] = []
  const { now, delay, frame } = defaultEnvironment
  let options = given
  let isPaused = false
  let isAway = false
  let isChanged = false
  let users = 0
  let cancelFrame: (() => void) | undefined
  let published = build()

  function build(): Seen {
    const all = [...jobs.values()]
    const whole = all.reduce((sum, job) => sum + weightOf(job), 0)
    const done = all.reduce((sum, job) => sum + weightOf(job) * job.progress, 0)
    return {
      tasks: all.map(told),
      taskIds: [...jobs.keys()],
      progress: done / whole || 0,
      isPaused,
    }
  }

  function publish(): void {
    cancelFrame?.()
    cancelFrame = undefined
    isChanged = false
    published = build()
  }

  function update(job: Job, changes: Partial<Job>): void {
    const before = told(job)
    Object.assign(job, changes)
    if (told(job) === before) return
    isChanged = true
    cancelFrame ??= frame(publish)
  }

  /** Tasks that may start do so, and what has changed is published. */
  function publishList(): void {
    for (let mayBeMore = true; mayBeMore;) mayBeMore = startNext()
    if (isChanged) publish()
  }

  function startNext(): boolean {
    if (isAway || isPaused) return false
    const all = [...jobs.values()]
    if (all.filter(({ run }) => run).length >= options.concurrency) return false
    const queued = all.filter(({ status }) => status === 'queued')
    const highest = Math.max(...queued.map(({ priority }) => priority))
    const next = queued.find(({ priority }) => priority === highest)
    if (!next) return false
    update(next, { status: 'processing' })
    next.run = { ...opened(), hasEvents: false, lastEventId: '', furthest: 0 }
    return true
  }

  const opened = () => ({
    failures: 0,
    openedAt: Infinity,
    dueAt: now(),
    options: options.version,
  })

  function end(job: Job, changes: Partial<Job>): void {
    job.run = undefined
    update(job, { error: undefined, ...changes, isReconnecting: false })
  }

  function finish(job: Job, changes: Partial<Job>): void {
    end(job, changes)
    const ended = told(job)
    queueMicrotask(() => {
      publishList()
      log.push(ended)
    })
  }

  function lose(job: Job, run: Run, code: string, isTransient: boolean): void {
    run.exchange = undefined
    if (now() - run.openedAt >= 10_000) run.failures = 0
    run.failures += 1
    const isRepeatable = code === 'http' || mayAskAgain(run)
    if (run.lastEventId === '') run.furthest = 0
    if (!(isTransient && isRepeatable && run.failures <= attempts)) {
      return finish(job, { status: 'error', error: code })
    }
    run.dueAt = now() + retryDelay
    run.options = undefined
    update(job, { isReconnecting: true, error: code })
  }

  function mayAskAgain({ hasEvents, lastEventId }: Run): boolean {
    return options.replays || !hasEvents || lastEventId !== ''
  }

  function forget(id: string): void {
    jobs.delete(id)
    isChanged = true
  }

  function cancel(job: Job): void {
    const before = told(job)
    const { run } = job
    job.run = undefined
    if (!options.keepCanceled) forget(job.id)
    else if (isUnderWay(job)) end(job, { status: 'canceled' })
    publishList()
    if (run) log.push(`${before} cancel`)
  }

  function start(id: string, priority: number): void {
    const known = jobs.get(id)
    if (known && isUnderWay(known)) return
    forget(id)
    jobs.set(id, { ...fresh, id, priority, attempt: 1 })
    publishList()
  }

  function reopen(job: Job, run: Run): void {
    if (mayAskAgain(run)) {
      if (run.lastEventId === '') run.furthest = 0
      Object.assign(run, opened())
    } else finish(job, { status: 'error', error: 'incomplete' })
  }

  return {
    log,
    jobs,
    get published() {
      return published
    },
    get options() {
      return options
    },
    configure(next: Given) {
      if (next.concurrency !== options.concurrency) delay(publishList, 0)
      options = next
    },
    act(action: Action, id: string, priority: number) {
      const job = jobs.get(id)
      if (action === 'startTask') start(id, priority)
      else if (action === 'cancelTask' && job) cancel(job)
      else if (action === 'retryTask' && job && !isUnderWay(job)) {
        update(job, { ...fresh, attempt: job.attempt + 1 })
        publishList()
      } else if (action === 'removeTask' && job) {
        forget(id)
        publishList()
      } else if (action === 'clearFinished') {
        for (const each of jobs.values()) if (!isUnderWay(each)) forget(each.id)
        publishList()
      } else if (action === 'pauseQueue' || action === 'resumeQueue') {
        if (isPaused === (action === 'pauseQueue')) return
        isPaused = !isPaused
        publishList()
        publish()
      }
    },
    retain() {
      users += 1
      if (!isAway) return
      for (const job of jobs.values()) if (job.run) reopen(job, job.run)
      isAway = false
      publishList()
    },
    leave() {
      delay(() => {
        users -= 1
        if (users > 0) return
        isAway = true
        for (const { run } of jobs.values()) if (run) run.exchange = run.dueAt = undefined
      }, 0)
    },
    /** A request has been sent. */
    ask(id: string, exchange: Exchange, by: number): Hearer | undefined {
      const job = jobs.get(id)
      const run = job?.run
      if (!job || !run || run.dueAt === undefined || run.dueAt > now()) {
        fault('asked too early, or for nothing', id)
        return undefined
      }
      const { lastEventId } = exchange.request
      if (lastEventId !== run.lastEventId) fault('asked from', lastEventId)
      const { options: expected = options.version } = run
      if (by !== expected) fault('asked with old options', by, expected)
      run.dueAt = undefined
      run.exchange = exchange
      // A retry says so once more, and goes on.
      if (run.options === undefined) update(job, { isReconnecting: true })
      run.openedAt = Infinity
      return {
        onAnswer(status) {
          if (status !== 200) return lose(job, run, 'http', status === 503)
          run.openedAt = now()
          update(job, { isReconnecting: false, error: undefined })
        },
        onRead(sent) {
          const { type, id: eventId, data } = partsOf(sent)
          run.failures = 0
          run.hasEvents = true
          run.lastEventId = eventId ?? run.lastEventId
          log.push(`${told(job)} event ${data}`)
          const value = JSON.parse(data) as { percent: number; result: unknown }
          if (type === 'complete') {
            finish(job, { status: 'done', progress: 100, result: value.result })
          } else if (type === 'error') finish(job, { status: 'error', error: 'protocol' })
          else if (value.percent >= run.furthest) {
            run.furthest = value.percent
            update(job, { progress: value.percent })
          }
        },
        onEnd: () => lose(job, run, 'incomplete', true),
        onLost: () => lose(job, run, 'network', true),
      }
    },
  }
}
export type ManagerModel = ReturnType<typeof createManagerModel>
