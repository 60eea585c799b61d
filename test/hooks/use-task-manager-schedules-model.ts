/** What a task manager does, said once more and more simply: of any schedule it predicts all that can be seen. */
import { defaultEnvironment } from '../../src/connection/environment.js'
import type { TaskManagerSnapshot } from '../../src/stores/tasks/task-types.js'
import type { Exchange } from '../../src/testing/exchange.js'
import { partsOf, type Hearer } from './schedules-wire.js'

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
}

interface Run {
  hasEvents: boolean
  lastEventId: string
  failures: number
  openedAt: number
  /** Progress that is less is not shown. */
  furthest: number
  /** When the next request is sent, where none is under way. */
  dueAt: number | undefined
  /** The options that it goes by where it is sent at once: those of that moment. */
  options: number | undefined
  exchange?: Exchange | undefined
}

interface Job {
  id: string
  status: string
  progress: number
  result: unknown
  error: string | undefined
  isReconnecting: boolean
  priority: number
  attempt: number
  run?: Run | undefined
}

const retryDelay = 1_000
const attempts = 5

/** How much a task counts in the total. */
export const weightOf = ({ id }: { id: string }): number =>
  1 + (id.length % 2) + id.charCodeAt(1) / 50

export interface Seen {
  tasks: readonly string[]
  taskIds: readonly string[]
  progress: number
  isPaused: boolean
}

export function told(job: Omit<Job, 'run'>): string {
  const { id, status, progress, result, error = '', isReconnecting, priority, attempt } = job
  const lost = isReconnecting ? 'reconnecting' : ''
  return [id, status, progress, result, error, lost, priority, attempt].join('|')
}

export function seen({ tasks, taskIds, progress, isPaused }: TaskManagerSnapshot): Seen {
  const all = [...tasks.values()].map((task) => told({ ...task, error: task.error?.code }))
  return { tasks: all, taskIds, progress, isPaused }
}

const isUnderWay = ({ status }: Job): boolean => status === 'queued' || status === 'processing'

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
    publishList()
    log.push(ended)
  }

  function lose(job: Job, run: Run, code: string, isTransient: boolean): void {
    run.exchange = undefined
    if (now() - run.openedAt >= 10_000) run.failures = 0
    run.failures += 1
    const isRepeatable = code === 'http' || !run.hasEvents || run.lastEventId !== ''
    if (run.lastEventId === '') run.furthest = 0
    if (!(isTransient && isRepeatable && run.failures <= attempts)) {
      return finish(job, { status: 'error', error: code })
    }
    run.dueAt = now() + retryDelay
    run.options = undefined
    update(job, { isReconnecting: true, error: code })
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
    if (!run.hasEvents || run.lastEventId) {
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
      if (next.concurrency !== options.concurrency) delay(publishList, -1)
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
      // Before the manager itself, which may ask for the next task.
      delay(() => {
        users -= 1
        if (users > 0) return
        isAway = true
        for (const { run } of jobs.values()) if (run) run.exchange = run.dueAt = undefined
      }, -1)
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

const fresh = {
  status: 'queued',
  progress: 0,
  result: null,
  error: undefined,
  isReconnecting: false,
}
