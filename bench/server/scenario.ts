import type { Server } from 'node:http'

/** `each`: every reader has a stream of its own, an event a second. `all`: one stream for all. */
export type Scenario = 'each' | 'all'

/** A server for each; their files are named after the contender. */
export type Servers = Record<Scenario, () => Server>

export const second = 1_000

/** What each event carries: the time, for the reader to compare with its own. */
export function now(): string {
  return String(performance.timeOrigin + performance.now())
}

/** Calls back each second from a random time on, so that two thousand readers are not served at once. */
export function everySecond(callback: () => void): () => void {
  let timer: ReturnType<typeof setInterval> | undefined
  const start = setTimeout(() => (timer = setInterval(callback, second)), Math.random() * second)
  return () => {
    clearTimeout(start)
    clearInterval(timer)
  }
}
