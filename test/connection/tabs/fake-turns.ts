import type { PageChange } from '../../../src/connection/page.js'
import type { Connection } from '../../../src/connection/types.js'
import type { StreamError } from '../../../src/errors.js'

export interface FakeTab {
  connection: Connection
  /** What came: statuses, `open`, and the data of events. */
  log: string[]
  errors: StreamError[]
  responses: Response[]
  isAlive: boolean
  isHanging: boolean
  isFrozen: boolean
  page(change: PageChange): void
  /** Opens its connection again. */
  reopen(): void
}

/** Something that a tab does; `isLock` if it is news of the lock. */
export interface Task {
  run(): void
  isLock: boolean
}

/** When which tab does something. */
export interface Turns {
  /** The tab that does something now. */
  readonly running: FakeTab | undefined
  /** Whatever a tab does, it does in here: later, if it hangs; never, if it is dead. */
  run(tab: FakeTab, task: () => void, isLock?: boolean): void
  /** Takes what a tab that hung has to do now. */
  takeHeld(tab: FakeTab): Task[]
}

export function createTurns(): Turns {
  /** What a hanging tab will do when it wakes. */
  const held = new Map<FakeTab, Task[]>()
  let running: FakeTab | undefined

  return {
    get running() {
      return running
    },
    run(tab, task, isLock = false) {
      if (!tab.isAlive) return
      if (tab.isHanging) {
        return void held.set(tab, [...(held.get(tab) ?? []), { run: task, isLock }])
      }
      const before = running
      running = tab
      task()
      running = before
    },
    takeHeld(tab) {
      const tasks = held.get(tab) ?? []
      held.delete(tab)
      return tasks
    },
  }
}
