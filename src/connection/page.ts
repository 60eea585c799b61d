/**
 * What a connection has to know: the network is back, the page is shown, left or come back to, the
 * machine has slept.
 */
export type PageChange = 'online' | 'visibilitychange' | 'pagehide' | 'pageshow' | 'sleep'

const domEvents = ['online', 'visibilitychange', 'pagehide', 'pageshow']

/** Milliseconds between two looks at the clock. One that is very late shows that the machine has slept. */
const pulse = 15_000
/**
 * Milliseconds that a look may be late without a sleep: browsers run the timers of a background page
 * only once a minute.
 */
const tolerance = 75_000

const listeners = new Set<(change: PageChange) => void>()
let timer: ReturnType<typeof setInterval> | undefined
let lastPulse = 0

/** Calls back at each change; returns how to stop that. Outside a page (Node, React Native) none comes. */
export function watchPage(listener: (change: PageChange) => void): () => void {
  if (listeners.size === 0) {
    for (const name of domEvents) globalThis.addEventListener?.(name, onDomEvent)
    lastPulse = Date.now()
    if (globalThis.document) timer = setInterval(beat, pulse)
  }
  listeners.add(listener)
  return () => {
    if (!listeners.delete(listener) || listeners.size > 0) return
    for (const name of domEvents) globalThis.removeEventListener?.(name, onDomEvent)
    clearInterval(timer)
  }
}

export function isOffline(): boolean {
  return !(globalThis.navigator?.onLine ?? true)
}

function onDomEvent({ type }: Event): void {
  if (type !== 'visibilitychange' || !document.hidden) tell(type as PageChange)
}

function beat(): void {
  const silence = Date.now() - lastPulse
  lastPulse = Date.now()
  if (silence > pulse + tolerance) tell('sleep')
}

function tell(change: PageChange): void {
  // A copy: one that is removed and added again meanwhile would be called again, endlessly.
  for (const listener of new Set(listeners)) listener(change)
}
