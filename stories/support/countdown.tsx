import { useEffect, useState } from 'react'

/** The time left until `until`, which is in milliseconds since the epoch. */
export function Countdown({ until }: { until: number }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 200)
    return () => clearInterval(timer)
  }, [])
  return <span role="timer">in {Math.max(0, Math.ceil((until - now) / 1000))} s</span>
}
