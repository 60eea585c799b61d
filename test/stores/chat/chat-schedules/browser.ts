/**
 * A browser whose tabs live in one process, each as slow as a schedule has it: what one of them saves,
 * says or lets go, the others hear later, and a frozen one does all of it when it wakes.
 */
import { vi } from 'vitest'
import type { PageChange } from '../../../../src/connection/page.js'
import type { KeyValueStorage } from '../../../../src/stores/storage/storage.js'
import { createTestClock, type TestClock } from '../../../support/clock.js'
import { createChannels } from '../../../support/tab-channels.js'
import { createLocks } from '../../../support/web-locks.js'

export interface TabLife {
  readonly name: string
  isAlive: boolean
  isFrozen: boolean
  isHidden: boolean
}

export interface ScheduleBrowser {
  clock: TestClock
  /** What a tab does, it does in here: later, if it is frozen; never, if it is gone. */
  run(tab: TabLife, task: () => void): void
  openTab(): TabLife
  /** What code in a tab sees of the browser. */
  environmentOf(tab: TabLife): TestClock
  storageOf(tab: TabLife): KeyValueStorage
  tell(tab: TabLife, change: PageChange): void
  thaw(tab: TabLife): void
  kill(tab: TabLife): void
  /** What is saved, as a tab sees it. */
  read(tab: TabLife, key: string): string | undefined
  /** What is saved for good. */
  saved(key: string): string | undefined
  isFull: boolean
  /** The tabs talk without end, and are not listened to any more. */
  readonly isEndless: boolean
}

export interface BrowserOptions {
  /** The storage is one for all, and answers with promises; else each tab reads a copy of its own. */
  isSlow: boolean
  hasLocks: boolean
  /** Milliseconds until something is heard elsewhere: they come one after the other. */
  latencies: readonly number[]
}

const mostHeard = 20_000

export function createScheduleBrowser(options: BrowserOptions): ScheduleBrowser {
  const clock = createTestClock()
  const tabs: TabLife[] = []
  const held = new Map<TabLife, (() => void)[]>()
  const watchers = new Map<TabLife, Set<(change: PageChange) => void>>()
  const writes: { tab: TabLife; key: string; value: string; seenBy: Set<TabLife> }[] = []
  const storageListeners = new Map<TabLife, Set<(event: { key: string }) => void>>()
  /** When a tab hears what was said to it last: nothing overtakes. */
  const heardAt = new Map<TabLife, number>()
  let count = 0
  let draws = 0
  /** Whose code runs. Not restored: what its promises do afterwards is still its own. */
  let running: TabLife

  function run(tab: TabLife, task: () => void): void {
    if (!tab.isAlive) return
    if (tab.isFrozen) return void held.set(tab, [...(held.get(tab) ?? []), task])
    running = tab
    task()
  }

  function latency(): number {
    count += 1
    return options.latencies[count % options.latencies.length] ?? 5
  }

  /** In its tab, after a while, and not before what it was to hear earlier. */
  function hear(tab: TabLife, task: () => void): void {
    if (count > mostHeard) return
    const at = Math.max(clock.now() + latency(), heardAt.get(tab) ?? 0)
    heardAt.set(tab, at)
    clock.delay(() => run(tab, task), at - clock.now())
  }

  const channels = createChannels(
    () => running,
    run,
    ({ to, arrive }) => hear(to, arrive),
  )
  const locks = createLocks(() => running, hear)
  vi.stubGlobal('BroadcastChannel', channels.Channel)
  vi.stubGlobal('navigator', { locks: options.hasLocks ? locks : undefined })
  vi.stubGlobal('document', {
    get hidden() {
      return running.isHidden
    },
  })
  vi.stubGlobal('addEventListener', (type: string, listener: (event: { key: string }) => void) => {
    if (type === 'storage') storageListeners.get(running)!.add(listener)
  })
  vi.stubGlobal('removeEventListener', (_type: string, listener: () => void) => {
    for (const listeners of storageListeners.values()) listeners.delete(listener)
  })

  function write(tab: TabLife, key: string, value: string): void {
    if (!tab.isAlive) return
    if (browser.isFull) throw new DOMException('Full', 'QuotaExceededError')
    const entry = { tab, key, value, seenBy: new Set([tab]) }
    writes.push(entry)
    if (options.isSlow) return
    for (const other of tabs) {
      if (other === tab) continue
      hear(other, () => {
        entry.seenBy.add(other)
        for (const listener of storageListeners.get(other)!) listener({ key })
      })
    }
  }

  function read(tab: TabLife, key: string): string | undefined {
    const isSeen = options.isSlow ? () => true : (seenBy: Set<TabLife>) => seenBy.has(tab)
    return writes.findLast((each) => each.key === key && isSeen(each.seenBy))?.value
  }

  /** The answer of a slow storage. */
  function later<Value>(tab: TabLife, act: () => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      clock.delay(() => {
        let value: Value
        try {
          value = act()
        } catch (error) {
          return run(tab, () => reject(error))
        }
        run(tab, () => resolve(value))
      }, 2 + latency())
    })
  }

  const browser: ScheduleBrowser = {
    clock,
    run,
    isFull: false,
    openTab() {
      const tab = {
        name: `tab ${tabs.length + 1}`,
        isAlive: true,
        isFrozen: false,
        isHidden: false,
      }
      // A new tab reads what is there.
      for (const { seenBy } of writes) seenBy.add(tab)
      tabs.push(tab)
      watchers.set(tab, new Set())
      storageListeners.set(tab, new Set())
      return tab
    },
    environmentOf: (tab) => ({
      ...clock,
      isOffline: () => false,
      // Spread, and never the same.
      random: () => ((draws += 1) * 0.618_033_988_7) % 1,
      delay: (callback, milliseconds) => {
        count += 1
        if (count > mostHeard) return () => {}
        let isCanceled = false
        const cancel = clock.delay(() => {
          run(tab, () => void (isCanceled || callback()))
        }, milliseconds)
        return () => {
          isCanceled = true
          cancel()
        }
      },
      frame: (callback) => clock.delay(() => run(tab, callback), 16),
      watchPage(listener) {
        watchers.get(tab)!.add(listener)
        return () => void watchers.get(tab)!.delete(listener)
      },
    }),
    storageOf: (tab) =>
      options.isSlow
        ? {
            getItem: (key) => later(tab, () => read(tab, key)),
            setItem: (key, value) => later(tab, () => write(tab, key, value)),
          }
        : {
            getItem: (key) => read(tab, key),
            setItem: (key, value) => write(tab, key, value),
          },
    tell: (tab, change) =>
      run(tab, () => {
        for (const listener of Array.from(watchers.get(tab)!)) listener(change)
      }),
    thaw(tab) {
      tab.isFrozen = false
      const tasks = held.get(tab) ?? []
      held.delete(tab)
      for (const task of tasks) run(tab, task)
    },
    kill(tab) {
      tab.isAlive = false
      channels.kill(tab)
      locks.kill(tab)
    },
    read,
    saved: (key) => writes.findLast((each) => each.key === key)?.value,
    get isEndless() {
      return count > mostHeard
    },
  }
  return browser
}
