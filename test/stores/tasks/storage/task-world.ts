/** Tabs with the same tasks, and all that can happen to them. */
import { expect } from 'vitest'
import type { TaskManager } from '../../../../src/stores/tasks/task-types.js'
import { settle } from '../../../support/clock.js'
import { createTaskBrowser, shown, type TaskTab } from './task-tabs-support.js'

export interface TaskWorldOptions {
  /** What is done next does not wait until all tabs know of what was done. Then the server knows a task by its id. */
  isHasty: boolean
  /** The storage answers later. */
  isSlow: boolean
  keepCanceled: boolean
}

/** What can happen, and how often it does. */
export const weights = {
  start: 8,
  startAgain: 1,
  cancel: 2,
  retry: 2,
  remove: 2,
  clear: 2,
  pause: 2,
  resume: 2,
  leave: 2,
  freeze: 1,
  hide: 1,
  show: 1,
  stop: 1,
  store: 1,
  thaw: 1,
  open: 2,
  close: 2,
  kill: 2,
  reload: 2,
  progress: 4,
  done: 2,
  error: 2,
  cut: 2,
  restart: 1,
  fillStorage: 1,
  freeStorage: 1,
  deleteSaved: 1,
  holdMessages: 1,
  deliverMessages: 1,
  wait: 8,
}

export interface Step {
  do: keyof typeof weights
  tab: number
  task: number
  /** How far, or how long. */
  much: number
}

const times = [0, 20, 200, 1_100, 40_000]

export interface TaskWorld {
  take(step: Step): Promise<void>
  /** All tabs wake up and hear of everything, and the queue goes on. */
  calmDown(): Promise<void>
  expectAgreement(): void
}

export function createTaskWorld({ isHasty, isSlow, keepCanceled }: TaskWorldOptions): TaskWorld {
  const browser = createTaskBrowser({ knowsTasks: isHasty, storageDelay: isSlow ? 5 : 0 })
  const { pass, server, storage } = browser
  let tabs: TaskTab[] = []
  let started = 0

  function open(): void {
    tabs.push(browser.openTab({ concurrency: 2, keepCanceled }))
  }

  /** All that was done until now is known to the others, or saved. */
  async function beKnown(): Promise<void> {
    browser.holdMessages(false)
    if (isHasty) return pass(20)
    // Until nothing has been asked of the server for so long that all that it said is saved.
    for (let seen = -1; seen < server.requests.length;) {
      seen = server.requests.length
      await pass(1_300)
    }
  }

  /** It ceases to run the tasks, unless nobody else knows of what the storage has refused. */
  async function cease(tab: TaskTab, how: () => void, isSudden = false): Promise<void> {
    const isRefused = storage.isFull || storage.isBehind
    if (isRefused && !tabs.some((other) => other !== tab && isWitness(other))) return
    // Whoever leaves saves all at once, where the storage does that.
    if (isSlow || isRefused || (isSudden && !isHasty)) await beKnown()
    // A page crashes between two turns, not in the midst of one.
    await settle()
    how()
  }

  function isWitness({ isStored, isFrozen, isHidden }: TaskTab): boolean {
    return isStored && !isFrozen && !isHidden
  }

  /** So many tabs are there then. */
  async function end(tab: TaskTab, how: 'close' | 'kill', count = 1): Promise<void> {
    await cease(tab, () => tab[how](), how === 'kill')
    tabs = tabs.filter(({ isAlive }) => isAlive)
    while (tabs.length < count) open()
  }

  function show(tab: TaskTab): void {
    tab.isHidden = false
    tab.page('visibilitychange')
  }

  function act(tab: TaskTab, action: (manager: TaskManager) => void): void {
    if (!tab.isFrozen) tab.act(action)
  }

  type Act = (tab: TaskTab, id: string, much: number) => unknown
  const acts: Record<Step['do'], Act> = {
    start(tab, _, much) {
      const id = `t${(started += 1)}`
      act(tab, (manager) => manager.startTask('a tune', { id, priority: much === 4 ? 1 : 0 }))
    },
    startAgain(tab, id) {
      if (id) act(tab, (manager) => manager.startTask('a tune', { id }))
    },
    cancel: (tab, id) => act(tab, (manager) => manager.cancelTask(id)),
    retry: (tab, id) => act(tab, (manager) => manager.retryTask(id)),
    remove: (tab, id) => act(tab, (manager) => manager.removeTask(id)),
    clear: (tab) => act(tab, (manager) => manager.clearFinished()),
    pause: (tab) => act(tab, (manager) => manager.pauseQueue()),
    resume: (tab) => act(tab, (manager) => manager.resumeQueue()),
    async leave(tab, _, much) {
      await cease(tab, () => tab.page('pagehide'))
      await pass(times[much % 3])
      tab.page('pageshow')
    },
    freeze: (tab) => cease(tab, () => tab.freeze()),
    thaw: (tab) => tab.thaw(),
    hide: (tab) => (tab.isHidden = true),
    show,
    stop: (tab) => cease(tab, () => tab.stop()),
    store: (tab) => tab.store(),
    open: () => tabs.length < 3 && open(),
    close: (tab) => end(tab, 'close'),
    kill: (tab) => end(tab, 'kill'),
    reload: (tab) => end(tab, 'close', tabs.length),
    progress: (_, id, much) => server.progress(id, much * 20),
    done: (_, id) => server.finish(id, 'done'),
    error: (_, id) => server.finish(id, 'error'),
    cut: () => server.cut(),
    restart: () => server.restart(),
    fillStorage: () => (storage.isFull = true),
    freeStorage: () => (storage.isFull = false),
    async deleteSaved() {
      if (!tabs.every(isWitness)) return
      await beKnown()
      browser.values.clear()
    },
    holdMessages: () => browser.holdMessages(isHasty),
    deliverMessages: () => browser.holdMessages(false),
    wait(_tab, _id, much) {
      // Nobody asks in vain so long.
      if (much === 4) browser.holdMessages(false)
      return pass(times[much])
    },
  }

  open()
  return {
    async take({ do: what, tab: which, task, much }) {
      const tab = tabs[which % tabs.length]!
      const { taskIds } = tab.manager.getSnapshot()
      await acts[what](tab, taskIds[task % taskIds.length] ?? '', much)
      if (!isHasty) await pass(20)
      for (const id of server.jobs.keys()) expect(server.open(id)).toBeLessThan(2)
    },
    async calmDown() {
      storage.isFull = false
      browser.holdMessages(false)
      for (const tab of tabs) {
        tab.thaw()
        tab.store()
        show(tab)
      }
      await pass(300)
      tabs[0]!.act((manager) => manager.resumeQueue())
      await pass(70_000)
    },
    expectAgreement() {
      const [view, ...others] = tabs.map(shown)
      for (const other of others) expect(other).toEqual(view)
      expect(server.isDoubled).toBe(false)
      const { tasks } = tabs[0]!.manager.getSnapshot()
      const running = [...tasks.values()].filter(({ status }) => status === 'processing')
      const isQueued = [...tasks.values()].some(({ status }) => status === 'queued')
      if (isQueued) expect(running).toHaveLength(2)
      for (const { id } of running) expect(server.jobs.get(id)?.isRunning).toBe(true)
      for (const [id, job] of server.jobs) {
        const status = tasks.get(id)?.status
        expect(server.open(id)).toBe(status === 'processing' ? 1 : 0)
        if (job.isRunning && status) expect(`${id} ${status}`).toBe(`${id} processing`)
        // One may be canceled in the moment in which it ends.
        const isOver = status && status !== 'queued' && status !== 'canceled'
        if (!job.isRunning && isOver) expect(`${id} ${status}`).toBe(`${id} ${job.status}`)
      }
    },
  }
}
