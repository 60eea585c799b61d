// oxlint-disable vitest/expect-expect -- the compiler asserts what stands here
import {
  createTaskManager,
  useTask,
  useTaskManager,
  type StreamError,
  type StreamEvent,
  type Task,
  type TaskManager,
  type UseTaskManagerResult,
} from 'brooklet'
import { progressEvents, text } from 'brooklet/protocols'
import { expectTypeOf, test } from 'vitest'

interface Tune {
  url: string
}
interface Order {
  bpm: number
}

test('a Map of tasks, whose result and input are unknown until the page says what they are', () => {
  const { tasks, taskIds, progress } = useTaskManager()
  expectTypeOf(tasks).toEqualTypeOf<ReadonlyMap<string, Task>>()
  expectTypeOf(taskIds).toEqualTypeOf<readonly string[]>()
  expectTypeOf(progress).toEqualTypeOf<number>()
  expectTypeOf<Task['result']>().toEqualTypeOf<unknown>()
})

test('its type can be named, as that of the function', () => {
  expectTypeOf<ReturnType<typeof useTaskManager<Tune, Order>>>().toEqualTypeOf<
    UseTaskManagerResult<Tune, Order>
  >()
})

test('a result of the type that was given, or null', () => {
  const { tasks } = useTaskManager<Tune>()
  for (const task of tasks.values()) {
    expectTypeOf(task.result).toEqualTypeOf<Tune | null>()
    expectTypeOf(task.prompt).toEqualTypeOf<string>()
    expectTypeOf(task.progress).toEqualTypeOf<number>()
    expectTypeOf(task.indeterminate).toEqualTypeOf<boolean>()
    expectTypeOf(task.error).toEqualTypeOf<StreamError | undefined>()
    expectTypeOf(task.status).toEqualTypeOf<
      'queued' | 'processing' | 'done' | 'error' | 'canceled'
    >()
  }
  // @ts-expect-error -- a Map to be read
  tasks.set('a', undefined)
})

test('startTask takes a prompt or an input of the type that was given', () => {
  const { startTask, tasks } = useTaskManager<Tune, Order>()
  expectTypeOf(startTask('a waltz')).toEqualTypeOf<string>()
  startTask({ bpm: 90 }, { id: 'mine' })
  expectTypeOf(tasks.get('a')?.input).toEqualTypeOf<string | Order | undefined>()
  // @ts-expect-error -- neither a prompt nor an order
  startTask(5)
  // @ts-expect-error -- an order has no such field
  startTask({ bpm: 90, key: 'C' })
  // @ts-expect-error -- an id is text
  startTask('a waltz', { id: 7 })
})

test('the actions', () => {
  const { cancelTask, retryTask, removeTask, clearFinished } = useTaskManager()
  expectTypeOf(cancelTask).toEqualTypeOf<(id: string) => void>()
  expectTypeOf(retryTask).toEqualTypeOf<(id: string) => void>()
  expectTypeOf(removeTask).toEqualTypeOf<(id: string) => void>()
  expectTypeOf(clearFinished).toEqualTypeOf<() => void>()
})

test('options know the task', () => {
  useTaskManager<Tune, Order>({
    url(task) {
      expectTypeOf(task).toEqualTypeOf<Task<Tune, Order>>()
      return typeof task.input === 'string' ? `/tunes?q=${task.prompt}` : new URL('https://x.test')
    },
    cancelRequest: ({ id }) => fetch(`/tunes/${id}`, { method: 'DELETE' }),
    onEvent: (event, task) => {
      expectTypeOf(event).toEqualTypeOf<StreamEvent>()
      expectTypeOf(task).toEqualTypeOf<Task<Tune, Order>>()
    },
    onTaskDone: ({ result }) => expectTypeOf(result).toEqualTypeOf<Tune | null>(),
    onTaskError: ({ error }) => expectTypeOf(error).toEqualTypeOf<StreamError | undefined>(),
    protocol: progressEvents(),
    concurrency: 2,
    keepCanceled: true,
  })
})

test('manager is what useTask takes, for any component further down', () => {
  const { manager } = useTaskManager<Tune, Order>()
  expectTypeOf(manager).toEqualTypeOf<TaskManager<Tune, Order>>()
  expectTypeOf(useTask(manager, 'a')).toEqualTypeOf<Task<Tune, Order> | undefined>()
  const anyKind = (given: TaskManager): unknown => given
  anyKind(manager)
  // @ts-expect-error -- which task?
  useTask(manager)
})

test('a selector gets the snapshot, and what it returns is the result', () => {
  const manager = createTaskManager<Tune>()
  expectTypeOf(useTaskManager(manager, (s) => s.taskIds)).toEqualTypeOf<readonly string[]>()
  expectTypeOf(
    useTaskManager(manager, ({ tasks }) => [...tasks.values()].map(({ result }) => result?.url)),
  ).toEqualTypeOf<(string | undefined)[]>()
  expectTypeOf(useTaskManager(undefined, (s) => s.progress)).toEqualTypeOf<number>()
  // @ts-expect-error -- there is no such field
  useTaskManager(manager, (s) => s.nothing)
})

test('createTaskManager makes what the hooks take', () => {
  const manager = createTaskManager<Tune, Order>({ concurrency: 2 })
  expectTypeOf(manager).toEqualTypeOf<TaskManager<Tune, Order>>()
  expectTypeOf(useTaskManager(manager).tasks).toEqualTypeOf<
    ReadonlyMap<string, Task<Tune, Order>>
  >()
  expectTypeOf(manager.task('a').getSnapshot()).toEqualTypeOf<Task<Tune, Order> | undefined>()
  expectTypeOf(manager.getSnapshot().progress).toEqualTypeOf<number>()
})

test('a task cannot be written to', () => {
  const task = {} as Task<Tune>
  // @ts-expect-error -- the manager changes it
  task.progress = 5
})

test('what is wrong does not compile', () => {
  // @ts-expect-error -- an unknown option
  useTaskManager({ limit: 5 })
  // @ts-expect-error -- a number
  useTaskManager({ concurrency: '2' })
  // @ts-expect-error -- a protocol of chats
  useTaskManager({ protocol: text() })
  // @ts-expect-error -- retrying is the default
  useTaskManager({ retry: true })
  // @ts-expect-error -- neither a URL nor a function that makes one
  useTaskManager({ url: 5 })
})
