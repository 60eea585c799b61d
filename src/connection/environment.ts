import { isOffline, watchPage, type PageChange } from './page.js'

/** Time, randomness, `fetch`, the frame clock and the page: handed in, so that no test has to wait. */
export interface Environment {
  fetch: typeof fetch
  /** Milliseconds since the epoch. */
  now(): number
  /** From 0 up to, not including, 1. */
  random(): number
  /** Calls back after so many milliseconds; returns how to cancel it. */
  delay(callback: () => void, milliseconds: number): () => void
  /** Calls back at the next animation frame; returns how to cancel it. */
  frame(callback: () => void): () => void
  /** Tells of each change of the page; returns how to stop that. */
  watchPage(listener: (change: PageChange) => void): () => void
  /** Whether the machine says that it has no network. That it has one is no promise. */
  isOffline(): boolean
}

/** Milliseconds: a timer given more fires at once. */
export const longestTimer: number = 2 ** 31 - 1

/** Where there are no frames, a timer of about their length. */
const frameTime = 16
/** The most milliseconds that a frame is waited for. */
const longestFrame = 500

// Each looks its global up when called: a test or a polyfill may have replaced it by then.
export const defaultEnvironment: Environment = {
  fetch: (input, init) =>
    streamsBodies() ? globalThis.fetch(input, init) : fetchByXhr(String(input), init),
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

/** React Native's `fetch` gives a body only when it is whole. */
function streamsBodies(): boolean {
  return 'body' in Response.prototype
}

async function fetchByXhr(url: string, init: RequestInit = {}): Promise<Response> {
  const { xhrFetch } = await import('./xhr-fetch.js')
  return xhrFetch(url, init)
}

function delay(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, Math.min(milliseconds, longestTimer))
  return () => clearTimeout(timer)
}

/**
 * With a timer beside it: a page that gets hidden or covered has no frames, not even those it has
 * asked for.
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
