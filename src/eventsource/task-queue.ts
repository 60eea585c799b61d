/** Not in browsers. */
declare const setImmediate: ((callback: () => void) => unknown) | undefined

/**
 * The most tasks that may wait. When there are more, all run at once, because otherwise a page that is
 * slower than its stream would run out of memory.
 */
const longestQueue = 1_024

const tasks: (() => void)[] = []
let channel: MessageChannel | undefined

/**
 * Runs a task (such as the dispatch of an event) in its own turn of the event loop, as the standard says:
 * reactions to promises that a listener settles run before the next event, even one of the same chunk.
 */
export function queueTask(task: () => void): void {
  tasks.push(task)
  if (tasks.length <= longestQueue) inNextTurn()
  else while (tasks.length > 0) runNext()
}

function runNext(): void {
  tasks.shift()?.()
}

/** Without timers, which browsers run only once a second in a hidden page. */
function inNextTurn(): void {
  // In Node, an open MessageChannel would keep the process alive.
  if (typeof setImmediate === 'function') {
    setImmediate(runNext)
    return
  }
  if (!channel) {
    channel = new MessageChannel()
    channel.port1.addEventListener('message', runNext)
    channel.port1.start()
  }
  channel.port2.postMessage(undefined)
}
