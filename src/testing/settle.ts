// The real ones, whatever a test replaces later.
const { setImmediate, MessageChannel, setTimeout } = globalThis as {
  setImmediate?: (callback: () => void) => void
  MessageChannel?: typeof globalThis.MessageChannel
  setTimeout: (callback: () => void) => unknown
}

/**
 * Turns of the event loop. Behind Mock Service Worker a request, its headers and its first bytes take
 * one each.
 */
const turns = 5

/** Lets all happen that waits for no timer: chains of promises of any length, reads of a stream, messages. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn()
}

/** `setTimeout`, which browsers delay by 4 ms, is only used where there is nothing else: in Jest's jsdom. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (setImmediate) return setImmediate(resolve)
    if (!MessageChannel) return void setTimeout(resolve)
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })
}
