import { useEffect, useState } from 'react'
import { useText } from '../language/language.js'

/** Seconds until then, to the tenth. */
export function Countdown({ until }: { until: number }) {
  const { inSeconds } = useText().connection
  const [left, setLeft] = useState<number>()
  useEffect(() => {
    const tick = (): void => setLeft(Math.max(0, until - Date.now()))
    const timer = setInterval(tick, 100)
    return () => clearInterval(timer)
  }, [until])
  return left === undefined ? null : inSeconds((left / 1000).toFixed(1))
}
