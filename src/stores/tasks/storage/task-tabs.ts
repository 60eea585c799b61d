import type { Environment } from '../../../connection/environment.js'
import { createCandidacy } from '../../../connection/tabs/candidacy.js'
import { hasTabs, openTabChannel } from '../../../connection/tabs/channel.js'
import { watchLife } from '../../../connection/tabs/life.js'
import type { PackedTask, SavedTasks } from './saved-tasks.js'
import type { TaskActionName } from '../task-seam.js'

/** What the leader tells the other tabs. */
export interface TaskReport extends Pick<SavedTasks, 'term' | 'revision' | 'isPaused'> {
  type: 'report'
  /** The revision that it goes on from, if it has only what has changed since. */
  after?: number
  /** The ids of all tasks, in their order. */
  ids: string[]
  tasks: PackedTask[]
  /** The number of the last action of each tab that is done. */
  done: Record<string, number>
}

/** Asks the leader for what is new since this version. */
export interface TaskAsk extends Pick<SavedTasks, 'term' | 'revision'> {
  type: 'ask'
}

/** Tells the leader what was done in another tab. */
export interface TaskOrder {
  type: 'order'
  from: string
  number: number
  name: TaskActionName
  task?: PackedTask
}

export type TaskMessage = TaskReport | TaskAsk | TaskOrder

export interface TaskTabs {
  join(): void
  /** False before `join`, and while the page is left or frozen. */
  readonly isJoined: boolean
  /** This tab is the elected one, until its page is left. */
  readonly isElected: boolean
  post(message: TaskMessage): void
  leave(): void
}

/**
 * The tabs with the same tasks. One of them is elected, until it leaves; a tab that cannot know of the
 * others is elected at once.
 */
export function createTaskTabs(
  name: string,
  environment: Environment,
  {
    onElected,
    onMessage,
    onLeave,
    onReturn,
  }: {
    onElected(): void
    onMessage(message: TaskMessage): void
    /** The page is left, or frozen. */
    onLeave(): void
    onReturn(): void
  },
): TaskTabs {
  let channel: BroadcastChannel | undefined
  let isJoined = false
  let isElected = false
  const candidacy = createCandidacy(name, { onElected: elect, onRobbed: rest })
  const unwatch = watchLife(environment, {
    onLeave: rest,
    onReturn() {
      if (isJoined) onReturn()
      else join()
    },
  })

  function join(): void {
    isJoined = true
    const hear = ({ data }: MessageEvent): void => onMessage(data as TaskMessage)
    channel = hasTabs() ? openTabChannel(name, hear) : undefined
    if (!channel) return elect()
    onReturn()
    candidacy.stand()
  }

  function elect(): void {
    isElected = true
    onElected()
  }

  function rest(): void {
    if (!isJoined) return
    isJoined = false
    onLeave()
    isElected = false
    channel?.close()
    channel = undefined
    candidacy.withdraw()
  }

  return {
    join,
    get isJoined() {
      return isJoined
    },
    get isElected() {
      return isElected
    },
    post(message) {
      try {
        // oxlint-disable-next-line require-post-message-target-origin -- that is a window's
        channel?.postMessage(message)
      } catch {
        // It has a function, or something else that cannot be cloned: it is sent as JSON has it.
        // oxlint-disable-next-line require-post-message-target-origin -- that is a window's
        channel?.postMessage(JSON.parse(JSON.stringify(message)))
      }
    },
    leave() {
      unwatch()
      rest()
    },
  }
}
