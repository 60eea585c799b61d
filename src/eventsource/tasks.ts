/** Where there is Node's. */
declare const setImmediate: ((callback: () => void) => unknown) | undefined

/** As many events may wait. A page that is slower than its stream gets those beyond at once, lest they fill the memory. */
const longestQueue = 1_024

export interface TaskQueue {
  add(task: () => void): void
  clear(): void
}

/**
 * Runs one task in each turn of the event loop: what a listener's promise waits for happens before
 * the next event, also where both came in one chunk.
 */
export function createTaskQueue(): TaskQueue {
  const tasks: (() => void)[] = []

  function runNext(): void {
    tasks.shift()?.()
  }

  return {
    add(task) {
      tasks.push(task)
      if (tasks.length <= longestQueue) inNextTurn(runNext)
      else while (tasks.length > 0) runNext()
    },
    clear() {
      tasks.length = 0
    },
  }
}

const callbacks: (() => void)[] = []
let channel: MessageChannel | undefined

/** Not a timer: a page that is hidden gets those once a second. */
function inNextTurn(callback: () => void): void {
  // In Node an open channel would keep the process alive.
  if (typeof setImmediate === 'function') {
    setImmediate(callback)
    return
  }
  callbacks.push(callback)
  if (!channel) {
    channel = new MessageChannel()
    channel.port1.addEventListener('message', () => callbacks.shift()?.())
    channel.port1.start()
  }
  channel.port2.postMessage(undefined)
}
