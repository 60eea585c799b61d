/** A manager and its model, side by side, and all that can happen to them. */
import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import { buildTaskManager } from '../../../src/stores/tasks/task-manager.js'
import type { Task } from '../../../src/stores/tasks/task-types.js'
import { createTestClock, settle } from '../../support/clock.js'
import { scriptTasks, taskIdOf, type TaskCall } from '../../support/servers/task-script.js'
import { createTaskModel, type ModelOptions, type ModelTask, type TaskModel } from './task-model.js'

export const byPage = [
  ...(['start', 'start', 'start', 'start', 'cancel', 'remove', 'retry', 'retry'] as const),
  ...(['clear', 'pause', 'resume', 'resume'] as const),
]
export const byServer = [
  ...([
    'accept',
    'progress',
    'event with an id',
    'garble',
    'complete',
    'complete',
    'fail',
  ] as const),
  ...(['refuse', 'be busy', 'fail to connect', 'cut', 'end'] as const),
]
export const byLife = ['leave', 'come back', 'come back', 'wait', 'wait', 'wait', 'limit'] as const
export const handlers = ['event', 'done', 'error', 'cancel', 'publication'] as const

type Action = (typeof byPage)[number]
type Answer = (typeof byServer)[number]
type Handler = (typeof handlers)[number]

export type Step =
  | { by: 'page'; what: Action; pick: number }
  | { by: 'server'; what: Answer; pick: number }
  | { by: 'life'; what: (typeof byLife)[number] | 'abort'; pick: number }
  /** What a handler does once, when it is called next. */
  | { by: 'handler'; what: Action; pick: number; when: Handler }

/** The same to a manager and to its model: to whom, does not depend on how they are. */
type Actor = Pick<TaskModel, 'start' | 'cancel' | 'remove' | 'retry' | 'clear' | 'pause'>

function act(actor: Actor, what: Action, pick: number): void {
  const id = `t${pick % 6}`
  if (what === 'start') actor.start(id, pick % 2 > 0 ? 'a tune' : { bpm: pick }, pick % 3)
  else if (what === 'clear') actor.clear()
  else if (what === 'pause' || what === 'resume') actor.pause(what === 'pause')
  else actor[what](id)
}

/** A user's handlers: they are noted, and do what they are armed with. */
function createHandlers(actor: () => Actor) {
  const heard: string[] = []
  const armed = new Map<Handler, Extract<Step, { by: 'handler' }>>()

  function hear(when: Handler, { id, attempt }: Pick<Task, 'id' | 'attempt'>): void {
    heard.push(`${when} ${id} ${attempt}`)
    does(when)
  }

  function does(when: Handler): void {
    const step = armed.get(when)
    armed.delete(when)
    if (step) act(actor(), step.what, step.pick)
  }

  return { heard, armed, hear, look: () => does('publication') }
}

export function createLife({ concurrency, keepCanceled, replay }: ModelOptions) {
  const { fetch, calls } = scriptTasks()
  const clock = createTestClock()
  const user = new AbortController()
  const real = createHandlers(() => actor)
  const modelled = createHandlers(() => model)
  const model: TaskModel = createTaskModel(
    { concurrency, keepCanceled, replay },
    modelled.hear,
    modelled.look,
  )
  const given = {
    fetch,
    keepCanceled,
    signal: user.signal,
    connectTimeout: 0,
    retry: { attempts: Infinity, maxDelay: 1_000, jitter: 0, replay },
    weight: ({ priority }: Task) => priority,
    onEvent: (_: unknown, task: Task) => real.hear('event', task),
    onTaskDone: (task: Task) => real.hear('done', task),
    onTaskError: (task: Task) => real.hear('error', task),
    cancelRequest: (task: Task) => real.hear('cancel', task),
  }
  let ticks = 0
  /** No two tasks are made at the same time. */
  const environment = { ...clock, now: () => clock.now() + (ticks += 1) / 1_000 }
  const manager = buildTaskManager({ ...given, concurrency }, environment)
  const actor: Actor = {
    start: (id, input, priority) => void manager.startTask(input, { id, priority }),
    cancel: manager.cancelTask,
    remove: manager.removeTask,
    retry: manager.retryTask,
    clear: manager.clearFinished,
    pause: (value) => (value ? manager.pauseQueue() : manager.resumeQueue()),
  }
  let leave: (() => void) | undefined = manager.retain(true)
  const published = [manager.getSnapshot()]
  manager.subscribe(() => published.push(manager.getSnapshot()))
  manager.subscribe(real.look)

  const isUnderWay = ({ status }: Pick<Task, 'status'>) => /queued|processing/.test(status)
  const isConnected = ({ run }: ModelTask) => run?.at === 'asked' || run?.at === 'open'
  const callOf = (id: string) => calls.findLast((call) => taskIdOf(call) === id)!

  function answer(what: Answer, pick: number): void {
    const connected = model.tasks.filter(isConnected)
    const task = connected[pick % connected.length]
    if (!task) return
    const call = callOf(task.id)
    const isAsked = task.run!.at === 'asked'
    if (what === 'refuse' || what === 'be busy' || what === 'fail to connect') {
      if (isAsked) refuse(what, task, call)
      return
    }
    call.accept()
    model.accept(task)
    // A server that sends `null` cannot say how far it is.
    const percent = pick % 5 > 0 ? pick % 101 : null
    if (what === 'progress') {
      call.send('progress', { percent })
      model.event(task, () => model.progress(task, percent))
    } else if (what === 'event with an id') {
      call.send('progress', { percent }, `${pick}`)
      model.event(task, () => model.progress(task, percent), `${pick}`)
    } else if (what === 'garble') {
      call.send('progress', '{"percent":')
      model.event(task, () => model.garble(task))
    } else if (what === 'complete') {
      call.send('complete', { result: pick })
      model.event(task, () => model.complete(task, pick))
    } else if (what === 'fail') {
      call.send('error', { message: 'no' })
      model.event(task, () => model.fail(task, 'protocol'))
    } else if (what === 'cut' || what === 'end') {
      call[what]()
      model.lose(task, what === 'cut' ? 'network' : 'incomplete')
    }
  }

  function refuse(what: Answer, task: ModelTask, call: TaskCall): void {
    if (what === 'fail to connect') {
      call.fail()
      model.lose(task, 'network')
    } else if (what === 'refuse') {
      call.answer(new Response('no', { status: 404 }))
      model.fail(task, 'http')
    } else {
      call.answer(new Response('not now', { status: 503 }))
      model.lose(task, 'http')
    }
  }

  async function take(step: Step): Promise<void> {
    const { what, pick } = step
    if (step.by === 'page') {
      act(actor, step.what, pick)
      act(model, step.what, pick)
    } else if (step.by === 'server') answer(step.what, pick)
    else if (step.by === 'handler') {
      real.armed.set(step.when, step)
      modelled.armed.set(step.when, step)
    } else if (what === 'leave') {
      leave?.()
      leave = undefined
      model.leave()
    } else if (what === 'come back') {
      leave ??= manager.retain(true)
      model.comeBack()
    } else if (what === 'limit') {
      manager.configure({ ...given, concurrency: 1 + (pick % 4) })
      model.limit(1 + (pick % 4))
    } else if (what === 'abort') {
      // Whose turn it is to hear of it first, is not said.
      for (const { armed } of [real, modelled]) armed.delete('publication')
      user.abort()
      model.abort()
    } else {
      model.wait()
      await clock.advance(1_000)
    }
    await arrive()
  }

  async function arrive(): Promise<void> {
    model.settle()
    await clock.advance(0)
    await settle()
    model.publish()
    model.settle()
    clock.nextFrame()
    await settle()
  }

  function look(): void {
    const { tasks, taskIds, progress, isPaused } = manager.getSnapshot()
    expect([...tasks.values()].map(shown)).toEqual(model.tasks.map(shown))
    expect(taskIds).toEqual(model.tasks.map(({ id }) => id))
    expect(progress).toBeCloseTo(model.progressOfAll())
    expect(isPaused).toBe(model.isPaused)
    expect(real.heard).toEqual(modelled.heard)
    lookAtCalls()
    lookAtPublications()
  }

  function lookAtCalls(): void {
    expect(calls.length).toBeGreaterThanOrEqual(model.requests)
    expect(calls.length).toBeLessThanOrEqual(model.requests + model.dropped)
    const connected = model.tasks.filter(isConnected)
    const open = calls.filter(({ isOver }) => !isOver).map(taskIdOf)
    expect(new Set(open)).toEqual(new Set(connected.map(({ id }) => id)))
    expect(open).toHaveLength(connected.length)
    for (const { id, run } of connected) {
      if (run!.at !== 'asked') continue
      expect(callOf(id).headers.get('last-event-id') ?? '').toBe(run!.lastEventId)
    }
  }

  /** Nothing changes untold, what has ended never, and the list of ids only with the ids. */
  function lookAtPublications(): void {
    for (let [before] = published, at = 1; at < published.length; before = published[at++]!) {
      const { tasks, taskIds } = published[at]!
      if (isDeepStrictEqual(before!.taskIds, taskIds)) expect(taskIds).toBe(before!.taskIds)
      for (const [id, task] of before!.tasks) {
        const now = tasks.get(id)
        const isSame = now?.createdAt === task.createdAt && now.attempt === task.attempt
        if (isSame && !isUnderWay(task)) expect(now).toBe(task)
      }
    }
    published.splice(0, published.length - 1)
    expect(manager.getSnapshot()).toBe(published[0])
  }

  /** In the end all tasks have their turn. */
  async function end(): Promise<void> {
    for (const { armed } of [real, modelled]) armed.clear()
    for (const what of ['come back', 'wait'] as const) await take({ by: 'life', what, pick: 0 })
    await take({ by: 'page', what: 'resume', pick: 0 })
    for (let left = 6; left > 0 && model.tasks.some(isConnected); left -= 1) {
      const connected = model.tasks.filter(isConnected)
      for (const _ of connected) await take({ by: 'server', what: 'complete', pick: 0 })
      look()
    }
    expect(model.tasks.filter(isUnderWay)).toEqual([])
    expect(clock.waiting).toBe(0)
  }

  return { take, look, end }
}

function shown({ error, ...task }: Task | ModelTask) {
  const { id, input, priority, attempt, status, progress, indeterminate, result } = task
  const { isReconnecting } = task
  const code = typeof error === 'object' ? error.code : error?.split(' ')[0]
  return [
    id,
    input,
    priority,
    attempt,
    status,
    progress,
    indeterminate,
    result,
    isReconnecting,
    code,
  ]
}
