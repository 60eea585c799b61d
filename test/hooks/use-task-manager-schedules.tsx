/** Any schedule of components that come, go, hide and suspend, over managers of their own and one they share. */
import * as fc from 'fast-check'
import { useEffect, useInsertionEffect, useLayoutEffect, useState, type ReactNode } from 'react'
import { useTask } from '../../src/hooks/use-task.js'
import { useTaskManager, type UseTaskManagerResult } from '../../src/hooks/use-task-manager.js'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import type {
  Task,
  TaskManager,
  TaskManagerOptions,
  TaskManagerSnapshot,
} from '../../src/stores/tasks/task-types.js'
import type { Exchange } from '../../src/testing/exchange.js'
import { createPage, End, isPending, type Place } from './schedules-page.js'
import { createGround, how, testSchedules, which, type Site } from './schedules.js'
import { listeningFetch } from './schedules-wire.js'
import { byTask, seen, told, weightOf } from './use-task-manager-schedules-seen.js'
import { createTaskServer, idOf } from './use-task-manager-schedules-server.js'
import {
  actions,
  createManagerModel,
  type Action,
  type Given,
  type ManagerModel,
} from './use-task-manager-schedules-model.js'

interface Slot extends Place {
  isGiven: boolean
  concurrency: number
  keepCanceled: boolean
  replays: boolean
  action?: { name: Action; number: number } | undefined
}

/** A component as it was last committed. */
interface Life {
  slot: Slot
  isMounted: boolean
  shown?: UseTaskManagerResult
  first?: Task | undefined
}

/** A manager beside its model. */
interface Pair {
  manager: TaskManager
  model: ManagerModel
  /** What its handlers have heard. */
  log: string[]
}

function createSite(isStrict: boolean): Site<Slot, Step> {
  const { serve, answer } = createTaskServer()
  const ground = createGround(serve)
  const { server, fault, live, liveOne } = ground
  const lives = new Map<object, Life>()
  const pairs = new Map<TaskManager, Pair>()
  const byName = new Map<string, Pair>()
  /** By component. */
  const owns = new Map<object, Pair>()
  /** By component, the manager it had last, also when it has left. */
  const managers = new Map<number, TaskManager>()
  let started = 0
  let instances = 0
  const ofGiven: Given = { version: 0, concurrency: 2, keepCanceled: false, replays: false }
  const given = createTaskManager(optionsOf('given', ofGiven))
  pairOf(given, 'given', ofGiven)

  function optionsOf(
    name: string,
    { version, concurrency, keepCanceled, replays }: Given,
  ): TaskManagerOptions {
    const hear = (line: string): void => {
      const { model, log } = byName.get(name)!
      log.push(line)
      if (model.options.version !== version) fault('heard by old handlers', name, version)
    }
    const tellOf = (task: Task): string => told({ ...task, error: task.error?.code })
    return {
      concurrency,
      keepCanceled,
      weight: weightOf,
      ...(replays && { retry: { replay: true } }),
      fetch: listeningFetch(server, (exchange) =>
        byName.get(name)!.model.ask(idOf(exchange), exchange, version),
      ),
      onEvent: ({ data }, task) => hear(`${tellOf(task)} event ${data}`),
      onTaskDone: (task) => hear(tellOf(task)),
      onTaskError: (task) => hear(tellOf(task)),
      cancelRequest: (task) => hear(`${tellOf(task)} cancel`),
    }
  }

  function pairOf(manager: TaskManager, name: string, options: Given): Pair {
    let pair = pairs.get(manager)
    if (!pair) {
      pair = { manager, model: createManagerModel(options, fault), log: [] }
      pairs.set(manager, pair)
      keepSettled(manager)
    }
    byName.set(name, pair)
    return pair
  }

  /** A task that has ended stays the same object until it is tried again, as does a list of the same tasks. */
  function keepSettled(manager: TaskManager): void {
    const ended = new Map<string, Task>()
    let ids = manager.getSnapshot().taskIds
    manager.subscribe(() => {
      const { tasks, taskIds } = manager.getSnapshot()
      if (taskIds !== ids && String(taskIds) === String(ids)) fault('another list', taskIds)
      ids = taskIds
      // One that is started under the id of one that was removed is another.
      for (const id of ended.keys()) if (!tasks.has(id)) ended.delete(id)
      for (const task of tasks.values()) {
        const before = ended.get(task.id)
        const isSame = before?.attempt === task.attempt && before.createdAt === task.createdAt
        if (before && before !== task && isSame) fault('another object', task)
        if (task.status === 'done' || task.status === 'error') ended.set(task.id, task)
        else ended.delete(task.id)
      }
    })
  }

  function call({ manager, model }: Pair, name: Action, number: number): void {
    const { taskIds } = manager.getSnapshot()
    const known = taskIds[number % taskIds.length] ?? 'none'
    if (name === 'startTask') {
      // Some are asked for again, which counts only where they have ended.
      const id = number === 0 ? known : `t${(started += 1)}`
      const priority = number === 1 ? 1 : 0
      model.act(name, id, priority)
      manager.startTask('a tune', { id, priority })
      return
    }
    model.act(name, known, 0)
    if (name === 'cancelTask' || name === 'retryTask' || name === 'removeTask') manager[name](known)
    else manager[name]()
  }

  function View({ slot }: { slot: Slot }): ReactNode {
    const [instance] = useState(() => ({ number: (instances += 1) }))
    const { who, version, isGiven } = slot
    const name = isGiven ? 'given' : `own ${instance.number}.${version}`
    // Both before the effects of the hook: what is put off comes in the same order.
    useInsertionEffect(() => {
      if (!isGiven) owns.get(instance)?.model.configure(slot)
    })
    useEffect(() => {
      if (isGiven) return
      const { model } = owns.get(instance)!
      model.retain()
      return () => model.leave()
    }, [instance, isGiven])
    const shown = useTaskManager(isGiven ? given : optionsOf(name, slot))
    const { manager } = shown
    const first = useTask(manager, shown.taskIds[0] ?? '')
    useInsertionEffect(() => {
      const life = lives.get(instance)
      lives.set(instance, { isMounted: false, ...life, slot })
      const pair = pairOf(manager, name, slot)
      if (!isGiven) owns.set(instance, pair)
    })
    useInsertionEffect(() => () => void lives.delete(instance), [instance])
    useEffect(() => {
      const life = lives.get(instance)
      if (life) life.isMounted = true
      return () => {
        const left = lives.get(instance)
        if (left) left.isMounted = false
      }
    }, [instance])
    useLayoutEffect(() => {
      for (const action of actions) {
        if (shown[action] !== manager[action]) fault('other actions', slot)
      }
      Object.assign(lives.get(instance)!, { shown, first })
      managers.set(who, manager)
    })
    const { action } = slot
    useLayoutEffect(() => {
      if (action) call(pairs.get(manager)!, action.name, action.number)
    }, [manager, action])
    if (slot.isBroken) throw new Error('broken')
    return <End place={slot} />
  }

  function check(passed: 'a turn' | number | undefined): void {
    const current = new Set<Exchange | undefined>()
    for (const { manager, model, log } of pairs.values()) {
      const said = JSON.stringify([seen(manager.getSnapshot()), byTask(log)])
      const expected = JSON.stringify([model.published, byTask(model.log)])
      if (said !== expected) fault('expected', expected, 'and not', said)
      log.length = model.log.length = 0
      for (const { id, run } of model.jobs.values()) {
        current.add(run?.exchange)
        if (run?.exchange?.state === 'left') fault('it left', id)
        if (passed !== undefined && run && run.dueAt! <= ground.clock.now()) fault('not asked', id)
      }
    }
    for (const exchange of live())
      if (!current.has(exchange)) fault('open for nothing', idOf(exchange))
  }

  return {
    ground,
    page: createPage(View, isStrict),
    newcomer: (number) => ({
      isGiven: number === 2,
      concurrency: 1,
      keepCanceled: number === 0,
      replays: number === 1,
    }),
    take(step, slot) {
      if (step.do === 'give') {
        if (!slot) return undefined
        if (step.what === 'concurrency') return { concurrency: 3 - slot.concurrency }
        return { [step.what]: !slot[step.what] }
      }
      if (step.do === 'act') return { action: { name: step.action, number: step.which } }
      if (step.do === 'call') {
        const all = [given, ...managers.values()]
        const manager = all[all.length - 1 - (step.which % all.length)]!
        call(pairs.get(manager)!, step.action, step.number)
      } else if (step.do === 'serve without ids') {
        const exchange = liveOne('waiting', step.which)
        if (exchange) serve(exchange, false)
      } else answer(liveOne('open', step.which), step.do)
      return undefined
    },
    check,
    checkAtRest(slots) {
      for (const { slot, isMounted, shown, first } of lives.values()) {
        if (!isMounted || !shown) continue
        const drawn = slots.find(({ who }) => who === slot.who)!
        if (isPending(drawn, slots)) continue
        const now = shown.manager.getSnapshot()
        for (const [field, value] of Object.entries(now)) {
          if (shown[field as keyof TaskManagerSnapshot] !== value) fault('shows old', field, slot)
        }
        if (first !== now.tasks.get(now.taskIds[0] ?? '')) fault('shows an old task', slot)
      }
    },
    async leave() {
      for (const pair of pairs.values()) {
        const { taskIds } = pair.manager.getSnapshot()
        for (const _ of taskIds) call(pair, 'removeTask', 0)
      }
      await ground.clock.advance(0)
      check(0)
    },
  }
}

const action = fc.constantFrom<Action[]>(
  'startTask',
  'startTask',
  'startTask',
  'startTask',
  'startTask',
  'resumeQueue',
  ...actions,
)
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('give' as const),
      which,
      how,
      what: fc.constantFrom('isGiven', 'concurrency', 'keepCanceled', 'replays' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('act' as const), which, how, action }) },
  {
    weight: 7,
    arbitrary: fc.record({ do: fc.constant('call' as const), which, action, number: fc.nat(3) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'tell',
        'tell',
        'tell',
        'finish',
        'tell less',
        'break',
        'serve without ids' as const,
      ),
      which,
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

/** The tests of a file. */
export function testTaskManagerSchedules(numRuns: number): void {
  testSchedules('managers do what their model says', step, createSite, numRuns)
}
