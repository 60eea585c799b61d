/** How a page fares: whether it gets its turns. */
export interface Fare {
  /** Milliseconds: the longest task that the browser has reported (it reports those from 50 on). */
  longestTask: number
  /** Milliseconds: the longest time between two calls of a timer that is always due. */
  longestGap: number
}

/** From now on. */
export function measureFare(fare: Fare): void {
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      fare.longestTask = Math.max(fare.longestTask, duration)
    }
  }).observe({ type: 'longtask' })
  let last = performance.now()
  setInterval(() => {
    const now = performance.now()
    fare.longestGap = Math.max(fare.longestGap, now - last)
    last = now
  })
}
