/**
 * What a connection has to know of its page: the network is back; it is shown, left, or come back to;
 * the machine has slept.
 */
export type PageChange = 'online' | 'visibilitychange' | 'pagehide' | 'pageshow' | 'sleep'

const domEvents = ['online', 'visibilitychange', 'pagehide', 'pageshow']

/** Milliseconds between two looks at the clock. */
const pulse = 15_000
/** Milliseconds that a look may be late: the timers of a page in the background come once a minute. */
const tolerance = 75_000

const listeners = new Set<(change: PageChange) => void>()
let timer: ReturnType<typeof setInterval> | undefined
let lastPulse = 0

/** Tells of each change until it is told to stop. Outside a page (Node, React Native) there are none. */
export function watchPage(listener: (change: PageChange) => void): () => void {
  if (listeners.size === 0) listen('addEventListener')
  listeners.add(listener)
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) listen('removeEventListener')
  }
}

export function isOffline(): boolean {
  return !(globalThis.navigator?.onLine ?? true)
}

function listen(how: 'addEventListener' | 'removeEventListener'): void {
  for (const name of domEvents) globalThis[how]?.(name, onDomEvent)
  clearInterval(timer)
  lastPulse = Date.now()
  if (how === 'addEventListener' && globalThis.document) timer = setInterval(beat, pulse)
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
  // A copy: one that starts anew comes back at once.
  for (const listener of Array.from(listeners)) listener(change)
}
