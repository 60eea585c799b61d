/** Tabs of one browser with stored tasks, and their server, in one process and in the order that a test decides. */
import { vi } from 'vitest'
import type { PageChange } from '../../../../src/connection/page.js'
import type { StreamError } from '../../../../src/errors.js'
import type { KeyValueStorage } from '../../../../src/stores/storage/storage.js'
import { createTaskManager } from '../../../../src/stores/tasks/task-manager.js'
import { storeTasks } from '../../../../src/stores/tasks/storage/task-storage.js'
import type {
  Task,
  TaskManager,
  TaskManagerOptions,
} from '../../../../src/stores/tasks/task-types.js'
import { createTestClock, settle, type TestClock } from '../../../support/clock.js'
import { createChannels } from '../../../support/tab-channels.js'
import { createLocks } from '../../../support/web-locks.js'
import { createTaskServer, type TaskServer } from './task-server.js'

export interface TaskTab {
  manager: TaskManager
  errors: StreamError[]
  /** The ids of the tasks whose end this tab was told of. */
  ended: string[]
  readonly isAlive: boolean
  /** Runs in this tab. */
  act(action: (manager: TaskManager) => void): void
  task(id: string): Task | undefined
  page(change: PageChange): void
  /** In the background: its timers may come late, and nobody looks at it. */
  isHidden: boolean
  /** Nothing happens in it any more, until it is thawed. */
  freeze(): void
  thaw(): void
  readonly isFrozen: boolean
  stop(): void
  /** Stores the same manager again, unless it is stored. */
  store(): void
  readonly isStored: boolean
  /** It is gone from one moment to the next: it says and saves nothing any more. */
  kill(): void
  /** As a browser does it: the page is told, and is gone then. */
  close(): void
}

export interface TaskBrowser {
  clock: TestClock
  server: TaskServer
  /** What is saved. */
  values: Map<string, string>
  storage: TaskStorage
  /** The type of each message that a tab has sent to the others. */
  messages: string[]
  openTab(options?: TaskManagerOptions, storage?: KeyValueStorage): TaskTab
  /** Time passes, and all messages arrive. */
  pass(milliseconds?: number): Promise<void>
  /** The messages that are under way come later. */
  holdMessages(isHeld: boolean): void
}

/** The storage that all tabs share. */
export interface TaskStorage {
  /** It refuses to save anything. */
  isFull: boolean
  /** It has refused what was to be saved last. */
  isBehind: boolean
}

/** What a tab shows. */
export function shown({ manager }: TaskTab): string[] {
  const { tasks, isPaused } = manager.getSnapshot()
  const rows = [...tasks.values()].map(
    ({ id, status, progress, attempt }) => `${id} ${status} ${progress} ${attempt}`,
  )
  return isPaused ? ['paused', ...rows] : rows
}

interface TabState {
  isAlive: boolean
  isHidden: boolean
  isStored: boolean
  /** What would happen in it if it were not frozen. */
  frozen?: (() => void)[]
  watchers: Set<(change: PageChange) => void>
  listeners: Map<string, Set<() => void>>
}

function newTab(): TabState {
  return {
    isAlive: true,
    isHidden: false,
    isStored: false,
    watchers: new Set(),
    listeners: new Map(),
  }
}

export function createTaskBrowser({
  hasLocks = true,
  /** The server knows a task by its id. */
  knowsTasks = false,
  /** Milliseconds that each use of the storage takes; 0: it answers at once. */
  storageDelay = 0,
} = {}): TaskBrowser {
  const clock = createTestClock()
  const server = createTaskServer(knowsTasks)
  const values = new Map<string, string>()
  const storage: TaskStorage = { isFull: false, isBehind: false }
  /** Whose code runs. */
  let running = newTab()
  let draws = 0

  function run(tab: TabState, task: () => void): void {
    if (!tab.isAlive) return
    if (tab.frozen) return void tab.frozen.push(task)
    const before = running
    running = tab
    task()
    running = before
  }

  const channels = createChannels(() => running, run)
  const locks = createLocks(() => running, run)
  const messages: string[] = []
  let areHeld = false
  const deliver = (): Promise<void> => (areHeld ? settle() : channels.deliverAll())

  class Channel extends channels.Channel {
    override postMessage(data: unknown): void {
      if (data) messages.push((data as { type: string }).type)
      // oxlint-disable-next-line require-post-message-target-origin -- that is a window's
      super.postMessage(data)
    }
  }
  vi.stubGlobal('BroadcastChannel', Channel)
  vi.stubGlobal('navigator', { locks: hasLocks ? locks : undefined })
  vi.stubGlobal('document', {
    get hidden() {
      return running.isHidden
    },
    addEventListener(type: string, listener: () => void) {
      const { listeners } = running
      listeners.set(type, (listeners.get(type) ?? new Set()).add(listener))
    },
    removeEventListener(type: string, listener: () => void) {
      running.listeners.get(type)?.delete(listener)
    },
  })

  function openTab(options: TaskManagerOptions = {}, own?: KeyValueStorage): TaskTab {
    const state = newTab()
    const errors: StreamError[] = []
    const ended: string[] = []
    const environment = {
      ...clock,
      fetch: globalThis.fetch,
      // Spread, and never the same.
      random: () => ((draws += 1) * 0.618_033_988_7) % 1,
      delay: (callback: () => void, milliseconds: number) =>
        clock.delay(() => run(state, callback), milliseconds),
      frame: (callback: () => void) => clock.delay(() => run(state, callback), 16),
      watchPage(listener: (change: PageChange) => void) {
        state.watchers.add(listener)
        return () => void state.watchers.delete(listener)
      },
    }
    const fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
      if (!state.isAlive) return new Promise(() => {})
      await Promise.resolve()
      init.signal?.throwIfAborted()
      return server.fetch(state, new URL(String(input), 'http://page.test'), init)
    }

    async function later<Value>(act: () => Value): Promise<Value> {
      await new Promise<void>((resolve) => environment.delay(resolve, storageDelay))
      // What waits for it runs in this tab too.
      running = state
      return act()
    }

    function answer<Value>(act: () => Value): Value | Promise<Value> {
      return storageDelay ? later(act) : act()
    }

    const shared: KeyValueStorage = {
      getItem: (key) => answer(() => values.get(key)),
      setItem: (key, value) =>
        answer(() => {
          if (!state.isAlive) return
          storage.isBehind = storage.isFull
          if (storage.isFull) throw new DOMException('Quota exceeded', 'QuotaExceededError')
          values.set(key, value)
        }),
    }
    const manager = createTaskManager(
      {
        fetch,
        cancelRequest: ({ id }) => fetch(`/cancel?taskId=${id}`, { method: 'DELETE' }),
        onTaskDone: ({ id }) => ended.push(id),
        onTaskError: ({ id }) => ended.push(id),
        ...options,
      },
      environment,
    )
    let stop = (): void => {}
    const tab: TaskTab = {
      manager,
      errors,
      ended,
      get isAlive() {
        return state.isAlive
      },
      act: (action) => run(state, () => action(manager)),
      task: (id) => manager.getSnapshot().tasks.get(id),
      page: (change) => run(state, () => [...state.watchers].forEach((tell) => tell(change))),
      get isHidden() {
        return state.isHidden
      },
      set isHidden(value) {
        state.isHidden = value
      },
      get isFrozen() {
        return state.frozen !== undefined
      },
      freeze() {
        if (state.frozen) return
        run(state, () => state.listeners.get('freeze')?.forEach((tell) => tell()))
        state.frozen = []
      },
      thaw() {
        const missed = state.frozen
        if (!missed) return
        state.frozen = undefined
        run(state, () => state.listeners.get('resume')?.forEach((tell) => tell()))
        for (const task of missed) run(state, task)
      },
      get isStored() {
        return state.isStored
      },
      stop: () =>
        run(state, () => {
          state.isStored = false
          stop()
        }),
      store: () =>
        run(state, () => {
          if (state.isStored) return
          state.isStored = true
          const onError = (error: StreamError): unknown => errors.push(error)
          stop = storeTasks(manager, { key: 'tasks', storage: own ?? shared, onError }, environment)
        }),
      kill() {
        state.isAlive = false
        server.leave(state)
        channels.kill(state)
        locks.kill(state)
      },
      close() {
        tab.page('pagehide')
        tab.kill()
      },
    }
    tab.store()
    return tab
  }

  return {
    clock,
    server,
    values,
    storage,
    messages,
    openTab,
    async pass(milliseconds = 20) {
      await deliver()
      // Where it is long, what a message takes matters less.
      const step = milliseconds > 5_000 ? 250 : 20
      for (let left = milliseconds; left > 0; left -= step) {
        await clock.advance(Math.min(step, left)).then(deliver)
      }
    },
    holdMessages(value) {
      areHeld = value
    },
  }
}

/** Two slots each; the first one runs the tasks. */
export async function twoTabs(ids = ['a', 'b', 'c']) {
  const browser = createTaskBrowser()
  const owner = browser.openTab({ concurrency: 2 })
  await browser.pass()
  const other = browser.openTab({ concurrency: 2 })
  await browser.pass()
  owner.act((manager) => ids.forEach((id) => manager.startTask(`tune ${id}`, { id })))
  await browser.pass(40)
  return { ...browser, owner, other }
}
