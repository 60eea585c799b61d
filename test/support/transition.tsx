// How long a transition elsewhere on the page takes while something streams, beside its quiet time.
import { memo, startTransition, useEffect, useState, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

const items = 200
const itemTime = 2

export interface TransitionTimes {
  /** Milliseconds, each the median of some runs. */
  quiet: number
  busy: number
}

/**
 * Measures a transition of 0.4 s beside `streaming`, before and after `start` is called, which
 * returns how to stop.
 */
export async function measureTransition(
  streaming: ReactNode,
  start: () => () => void,
  runs = 3,
): Promise<TransitionTimes> {
  const container = document.body.appendChild(document.createElement('div'))
  const root = createRoot(container)
  const page = createSlowPage()
  root.render(
    <>
      {streaming}
      <page.Component />
    </>,
  )
  await page.ready
  const quiet: number[] = []
  const busy: number[] = []
  for (let run = 0; run < runs; run += 1) {
    quiet.push(await page.transition())
    const stop = start()
    await frames(3)
    busy.push(await page.transition())
    stop()
  }
  root.unmount()
  container.remove()
  return { quiet: median(quiet), busy: median(busy) }
}

function createSlowPage() {
  let onCommit = (): void => {}
  let setVersion = (_version: number): void => {}
  let last = 0
  const ready = new Promise<void>((resolve) => (onCommit = resolve))

  function Component() {
    const [version, set] = useState(0)
    useEffect(() => {
      setVersion = set
    }, [])
    useEffect(() => onCommit())
    return Array.from({ length: items }, (_, index) => <Slow key={index} version={version} />)
  }

  function transition(): Promise<number> {
    const begin = performance.now()
    return new Promise((resolve) => {
      onCommit = () => resolve(performance.now() - begin)
      startTransition(() => setVersion((last += 1)))
    })
  }

  return { Component, ready, transition }
}

const Slow = memo(({ version }: { version: number }) => {
  if (version > 0) spin(itemTime)
  return <i>{version}</i>
})

function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

async function frames(count: number): Promise<void> {
  for (let frame = 0; frame < count; frame += 1) await new Promise(requestAnimationFrame)
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
