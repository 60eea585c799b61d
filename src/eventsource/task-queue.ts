/** Only Node has it. */
declare const setImmediate: ((callback: () => void) => unknown) | undefined

/**
 * The most tasks that wait. Beyond them all run at once, or a page slower than its stream would run
 * out of memory.
 */
const longestQueue = 1_024

export interface TaskQueue {
  add(task: () => void): void
  clear(): void
}

/**
 * Runs one task (such as the dispatch of an event) in each turn of the event loop, as the standard does:
 * promises that a listener settles are dealt with before the next event, even one of the same chunk.
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
