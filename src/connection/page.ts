/**
 * What a connection has to know: the network is back, the page is shown, left or come back to, the
 * machine has slept.
 */
export type PageChange = 'online' | 'visibilitychange' | 'pagehide' | 'pageshow' | 'sleep'

const domEvents = ['online', 'visibilitychange', 'pagehide', 'pageshow']

/** Milliseconds between two looks at the clock, by which a sleep is noticed. */
const pulse = 15_000
/**
 * Milliseconds that a look may be late without a sleep: in the background a page's timers run once a
 * minute.
 */
const tolerance = 75_000

const listeners = new Set<(change: PageChange) => void>()
let timer: ReturnType<typeof setInterval> | undefined
let lastPulse = 0

/** Tells of each change until it is told to stop. Outside a page (Node, React Native) there are none. */
export function watchPage(listener: (change: PageChange) => void): () => void {
  if (listeners.size === 0) startListening()
  listeners.add(listener)
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) stopListening()
  }
}

export function isOffline(): boolean {
  return !(globalThis.navigator?.onLine ?? true)
}

function startListening(): void {
  for (const name of domEvents) globalThis.addEventListener?.(name, onDomEvent)
  lastPulse = Date.now()
  if (globalThis.document) timer = setInterval(beat, pulse)
}

function stopListening(): void {
  for (const name of domEvents) globalThis.removeEventListener?.(name, onDomEvent)
  clearInterval(timer)
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
  // A copy: a listener that removes itself and comes back at once would be told again and again.
  for (const listener of new Set(listeners)) listener(change)
}
