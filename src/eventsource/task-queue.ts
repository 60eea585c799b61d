/** Only Node has it. */
declare const setImmediate: ((callback: () => void) => unknown) | undefined

/**
 * The most tasks that wait. Beyond them all run at once, or a page slower than its stream would run
 * out of memory.
 */
const longestQueue = 1_024

const tasks: (() => void)[] = []
let channel: MessageChannel | undefined

/**
 * Runs a task (such as the dispatch of an event) in a turn of the event loop of its own, as the standard
 * does: promises that a listener settles are dealt with before the next event, even one of the same chunk.
 */
export function queueTask(task: () => void): void {
  tasks.push(task)
  if (tasks.length <= longestQueue) inNextTurn()
  else while (tasks.length > 0) runNext()
}

function runNext(): void {
  tasks.shift()?.()
}

/** Not by a timer: a page that is hidden gets those once a second. */
function inNextTurn(): void {
  // In Node an open channel would keep the process alive.
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
