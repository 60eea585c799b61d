import { isOffline, watchPage, type PageChange } from './page.js'

/** Time, randomness, `fetch`, the frame clock and the page: passed in, so that no test has to wait. */
export interface Environment {
  fetch: typeof fetch
  /** Milliseconds since the epoch. */
  now(): number
  /** As `Math.random`. */
  random(): number
  /** Calls back after so many milliseconds; returns how to cancel it. */
  delay(callback: () => void, milliseconds: number): () => void
  /** Calls back at the next animation frame; returns how to cancel it. */
  frame(callback: () => void): () => void
  /** Calls back at each change of the page; returns how to stop that. */
  watchPage(listener: (change: PageChange) => void): () => void
  /** Whether the browser reports that there is no network. `false` is no promise that there is one. */
  isOffline(): boolean
}

/** The longest delay of a timer, in milliseconds: with a longer one it fires at once. */
export const longestTimer: number = 2 ** 31 - 1

/** Milliseconds of the timer that stands in where there are no animation frames. */
const frameTime = 16
/** Milliseconds after which an animation frame is no longer waited for. */
const longestFrame = 500

// Each looks up its global when it is called: a test or a polyfill may have replaced it by then.
export const defaultEnvironment: Environment = {
  async fetch(input, init) {
    // That of React Native gives no bodies as streams: it waits for the whole body.
    if ('body' in new Response()) return globalThis.fetch(input, init)
    const { xhrFetch } = await import('./xhr-fetch.js')
    return xhrFetch(String(input), init)
  },
  now: () => Date.now(),
  random: () => Math.random(),
  delay,
  frame(callback) {
    const hasFrames = typeof requestAnimationFrame === 'function' && !globalThis.document?.hidden
    return hasFrames ? visibleFrame(callback) : delay(callback, frameTime)
  },
  watchPage,
  isOffline,
}

function delay(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, Math.min(milliseconds, longestTimer))
  return () => clearTimeout(timer)
}

/**
 * With a timer as well: once a page is hidden or covered, not even the frames that were already
 * requested come.
 */
function visibleFrame(callback: () => void): () => void {
  const frame = requestAnimationFrame(run)
  const cancelTimer = delay(run, longestFrame)
  function cancel(): void {
    cancelAnimationFrame(frame)
    cancelTimer()
  }
  function run(): void {
    cancel()
    callback()
  }
  return cancel
}
