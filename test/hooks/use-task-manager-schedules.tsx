/** Any schedule of components that come, go, hide and suspend, over managers of their own and one they share. */
import * as fc from 'fast-check'
import { useEffect, useInsertionEffect, useLayoutEffect, useState, type ReactNode } from 'react'
import { useTask } from '../../src/hooks/use-task.js'
import { useTaskManager, type UseTaskManagerResult } from '../../src/hooks/use-task-manager.js'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import type { Task, TaskManager, TaskManagerSnapshot } from '../../src/stores/tasks/task-types.js'
import { installTestClock } from '../../src/testing/clock.js'
import type { Exchange } from '../../src/testing/exchange.js'
import { createStreamServer } from '../../src/testing/stream-server.js'
import {
  createPage,
  End,
  how,
  testSchedules,
  visible,
  type How,
  type Place,
  type Time,
  wait,
} from './schedules-page.js'

const actions = [
  'startTask',
  'cancelTask',
  'retryTask',
  'removeTask',
  'clearFinished',
  'pauseQueue',
  'resumeQueue',
] as const
type Action = (typeof actions)[number]

interface Slot extends Place {
  version: number
  isGiven: boolean
  concurrency: number
  action?: { name: Action; task: number } | undefined
}

interface Life {
  slot: Slot
  isMounted: boolean
  shown?: UseTaskManagerResult
  first?: Task | undefined
}

interface Job {
  percent: number
  isDone: boolean
}

function createSite(isStrict: boolean) {
  const clock = installTestClock()
  const faults: string[] = []
  const lives = new Map<object, Life>()
  /** By instance, how often its effects are there or were a macrotask ago: until then it is told what ends. */
  const listening = new Map<object, number>()
  const managers = new Map<number, TaskManager>()
  const known = new Map<TaskManager, object | undefined>()
  const jobs = new Map<string, Job>()
  let started = 0
  let isHealthy = false
  const server = createStreamServer({ handler: (exchange) => void (isHealthy && serve(exchange)) })
  const given = createTaskManager({ fetch: server.fetch, concurrency: 2 })
  watch(given, undefined)

  function fault(...words: unknown[]): void {
    faults.push(
      words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' '),
    )
  }

  const live = (): Exchange[] =>
    server.exchanges.filter(({ state }) => state === 'waiting' || state === 'open')
  const idOf = ({ request }: Exchange): string =>
    new URL(request.url, 'http://x').searchParams.get('taskId')!

  function serve(exchange: Exchange): void {
    const id = idOf(exchange)
    exchange.open()
    const job = jobs.get(id) ?? { percent: 0, isDone: false }
    jobs.set(id, job)
    if (job.percent > 0) tell(exchange, job)
    if (job.isDone) finish(exchange)
  }

  function tell(exchange: Exchange, { percent }: Job): void {
    exchange.send({ percent }, { event: 'progress', id: `${percent}` })
  }

  function finish(exchange: Exchange): void {
    exchange.send({ result: idOf(exchange) }, { event: 'complete' })
    exchange.end()
  }

  function answer(exchange: Exchange, isLast: boolean): void {
    const job = jobs.get(idOf(exchange))
    if (exchange.state !== 'open' || !job || job.isDone) return
    if (isLast) {
      job.isDone = true
      finish(exchange)
    } else {
      job.percent += 1
      tell(exchange, job)
    }
  }

  /** A task that has ended stays the same object until it is tried again. */
  function watch(manager: TaskManager, owner: object | undefined): void {
    known.set(manager, owner)
    const ended = new Map<string, Task>()
    manager.subscribe(() => {
      for (const task of manager.getSnapshot().tasks.values()) {
        const before = ended.get(task.id)
        if (before && before !== task && before.attempt === task.attempt)
          fault('another object', task)
        if (task.status === 'done' || task.status === 'error') ended.set(task.id, task)
      }
    })
  }

  function call(manager: TaskManager, name: Action, number: number): void {
    if (name === 'startTask') manager.startTask('a tune', { id: `t${(started += 1)}` })
    else if (name === 'cancelTask' || name === 'retryTask' || name === 'removeTask') {
      const { taskIds } = manager.getSnapshot()
      const id = taskIds[number % (taskIds.length || 1)]
      if (id !== undefined) manager[name](id)
    } else manager[name]()
  }

  function count(instance: object, change: number): void {
    listening.set(instance, (listening.get(instance) ?? 0) + change)
  }

  function View({ slot }: { slot: Slot }): ReactNode {
    const [instance] = useState({})
    const { who, isGiven, concurrency, version } = slot
    const onEnd = (): void => {
      const life = lives.get(instance)
      if (!listening.get(instance)) fault('told after it left', slot)
      if (life && !life.slot.isGiven && life.slot.version !== version) fault('old handler', slot)
    }
    const options = { fetch: server.fetch, concurrency, onTaskDone: onEnd }
    const shown = useTaskManager(isGiven ? given : options)
    const { manager } = shown
    const first = useTask(manager, shown.taskIds[0] ?? '')
    useInsertionEffect(() => {
      const life = lives.get(instance)
      lives.set(instance, { isMounted: false, ...life, slot })
    })
    useInsertionEffect(() => () => void lives.delete(instance), [instance])
    useEffect(() => {
      const life = lives.get(instance)
      if (life) life.isMounted = true
      count(instance, 1)
      return () => {
        const left = lives.get(instance)
        if (left) left.isMounted = false
        setTimeout(() => count(instance, -1), 0)
      }
    }, [instance])
    useLayoutEffect(() => {
      const life = lives.get(instance)!
      if (!known.has(manager)) watch(manager, instance)
      for (const action of actions) {
        if (shown[action] !== manager[action]) fault('other actions', slot)
      }
      Object.assign(life, { shown, first })
      managers.set(who, manager)
    })
    const { action } = slot
    useLayoutEffect(() => {
      if (action) call(manager, action.name, action.task)
    }, [manager, action])
    if (slot.isBroken) throw new Error('broken')
    return <End place={slot} />
  }

  const page = createPage(View, isStrict)

  async function rest(): Promise<void> {
    isHealthy = true
    for (const exchange of live()) if (exchange.state === 'waiting') serve(exchange)
    await clock.advance(70_000)
    isHealthy = false
  }

  function checkConnections(): void {
    const ids = live().map(idOf)
    if (new Set(ids).size < ids.length) fault('two connections', ids)
  }

  function checkShown(slots: readonly Slot[]): void {
    for (const { slot, isMounted, shown, first } of lives.values()) {
      if (!isMounted || !shown) continue
      // What is suspended may not have been committed yet.
      const { isSuspended, isSiblingSuspended } = slots.find(({ who }) => who === slot.who)!
      if (isSuspended || isSiblingSuspended) continue
      const now = shown.manager.getSnapshot()
      for (const [field, value] of Object.entries(now)) {
        if (shown[field as keyof TaskManagerSnapshot] !== value) fault('shows old', field, slot)
      }
      if (first !== now.tasks.get(now.taskIds[0] ?? '')) fault('shows an old task', slot)
    }
  }

  function checkAtRest(slots: readonly Slot[]): void {
    checkConnections()
    checkShown(slots)
    const open = new Set(live().map(idOf))
    for (const [manager, owner] of known) {
      const life = owner && lives.get(owner)
      // It belongs to a component that has left it for the shared one, too.
      const isUsed = !owner || (life?.isMounted && life.shown?.manager === manager)
      const { tasks, isPaused } = manager.getSnapshot()
      const all = [...tasks.values()]
      const running = all.filter(({ status }) => status === 'processing')
      const queued = all.filter(({ status }) => status === 'queued')
      for (const { id, status } of all) {
        const isWanted = Boolean(isUsed) && status === 'processing'
        if (open.delete(id) !== isWanted) fault('open?', { id, status, isUsed, slot: life?.slot })
        const job = jobs.get(id)
        if (isWanted && tasks.get(id)!.progress !== job?.percent) fault('behind', id)
      }
      const slots = owner ? (life?.slot.concurrency ?? 0) : 2
      if (!isUsed) continue
      if (!isPaused && queued.length > 0 && running.length < slots) fault('not started', life?.slot)
    }
    if (open.size > 0) fault('open for nothing', [...open])
  }

  return {
    clock,
    faults,
    managers,
    given,
    page,
    live,
    serve,
    answer,
    call,
    rest,
    checkConnections,
    checkAtRest,
    async leave() {
      page.unmount()
      await clock.advance(70_000)
      lives.clear()
      checkAtRest([])
      for (const id of given.getSnapshot().taskIds) given.removeTask(id)
      await clock.advance(70_000)
      if (live().length > 0) fault('open at the end', live().map(idOf))
      if (clock.waiting > 0) fault('timers at the end', clock.waiting)
      clock.restore()
    },
  }
}

const which = fc.nat(2)
const task = fc.nat(3)
const action = fc.constantFrom<Action[]>(
  ...actions,
  'startTask',
  'startTask',
  'startTask',
  'resumeQueue',
)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('come', 'go' as const), which, how }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      which,
      how,
      what: fc.constantFrom(
        'isGiven',
        'concurrency',
        'version',
        'isHidden',
        'isSuspended',
        'isSiblingSuspended',
        'isBroken',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('act' as const), which, how, action, task }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('call' as const), which, action, task }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'serve',
        'serve',
        'tell',
        'tell',
        'finish',
        'cut',
        'end',
        'refuse',
        'fail' as const,
      ),
      which,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      time: fc.constantFrom<Time[]>('a turn', 0, 16, 1_100),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rest' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

async function play(steps: readonly Step[], isStrict: boolean): Promise<string[]> {
  const site = createSite(isStrict)
  let slots: readonly Slot[] = []
  let made = 0
  let version = 0

  function render(next: readonly Slot[], how: How): void {
    if (how !== 'abandoned') slots = next
    site.page.draw(next, how)
  }
  const replaced = (slot: Slot, changed: Partial<Slot>): Slot[] =>
    slots.map((each) =>
      each === slot ? { ...slot, action: undefined, version: (version += 1), ...changed } : each,
    )

  for (const step of steps) {
    const number = 'which' in step ? step.which : 0
    const slot = slots[number % (slots.length || 1)]
    const exchanges = site.live()
    const exchange = exchanges[number % (exchanges.length || 1)]
    switch (step.do) {
      case 'come':
        if (slots.length > 2) break
        version += 1
        made += 1
        render(
          [...slots, { ...visible, who: made, version, isGiven: number === 0, concurrency: 2 }],
          step.how,
        )
        break
      case 'go':
        if (slot)
          render(
            slots.filter((each) => each !== slot),
            step.how,
          )
        break
      case 'change': {
        if (!slot) break
        const { what } = step
        if (what === 'version') render(replaced(slot, {}), step.how)
        else if (what === 'concurrency') {
          render(replaced(slot, { concurrency: 3 - slot.concurrency }), step.how)
        } else render(replaced(slot, { [what]: !slot[what] }), step.how)
        break
      }
      case 'act':
        if (slot) {
          render(replaced(slot, { action: { name: step.action, task: step.task } }), step.how)
        }
        break
      case 'call': {
        const manager = site.managers.get(number + Math.max(1, made - 2)) ?? site.given
        site.call(manager, step.action, step.task)
        break
      }
      case 'serve':
        if (exchange?.state === 'waiting') site.serve(exchange)
        break
      case 'tell':
      case 'finish':
        if (exchange) site.answer(exchange, step.do === 'finish')
        break
      case 'cut':
      case 'end':
        exchange?.[step.do]()
        break
      case 'refuse':
      case 'fail':
        if (exchange?.state === 'waiting') exchange.respond(step.do === 'refuse' ? 503 : 404)
        break
      case 'wait':
        await wait(site.clock, step.time)
        if (step.time !== 'a turn') site.checkConnections()
        break
      default:
        render(slots, 'later')
        await site.rest()
        site.checkAtRest(slots)
    }
  }
  render(slots, 'later')
  await site.rest()
  site.checkAtRest(slots)
  await site.leave()
  return site.faults
}

/** The tests of a file. */
export function testTaskManagerSchedules(numRuns: number): void {
  testSchedules('each task that is wanted has its connection, and no other', step, play, numRuns)
}
