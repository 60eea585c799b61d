/** Not in browsers. */
declare const setImmediate: ((callback: () => void) => unknown) | undefined

/**
 * The most tasks that may wait in a queue. When there are more, all run at once, because otherwise a page
 * that is slower than its stream would run out of memory.
 */
const longestQueue = 1_024

/** What runs in the next turns, of all queues. */
const turns: (() => void)[] = []
let channel: MessageChannel | undefined

/**
 * Runs each task (such as the dispatch of an event) in its own turn of the event loop, as the standard says:
 * reactions to promises that a listener settles run before the next event, even one of the same chunk.
 */
export function createTaskQueue(): (task: () => void) => void {
  const tasks: (() => void)[] = []

  function runNext(): void {
    tasks.shift()?.()
  }

  return (task) => {
    tasks.push(task)
    if (tasks.length <= longestQueue) inNextTurn(runNext)
    else while (tasks.length > 0) runNext()
  }
}

/** Without timers, which browsers run only once a second in a hidden page. */
function inNextTurn(run: () => void): void {
  // In Node, an open MessageChannel would keep the process alive.
  if (typeof setImmediate === 'function') {
    setImmediate(run)
    return
  }
  turns.push(run)
  if (!channel) {
    channel = new MessageChannel()
    channel.port1.addEventListener('message', () => turns.shift()?.())
    channel.port1.start()
  }
  channel.port2.postMessage(undefined)
}
