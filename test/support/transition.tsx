// What a transition elsewhere on the page costs while something streams: what React throws away of it,
// it renders again.
import { memo, startTransition, useEffect, useState, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

const items = 200
const itemTime = 2

export interface TransitionCost {
  /** How often each of its items renders, on average. */
  renders: number
  /** How many times its quiet time it takes: the least, as all else that the machine does only adds to it. */
  slowdown: number
}

/**
 * Measures a transition of 0.4 s beside `streaming`. `start` lets that stream, and returns how to stop.
 * There are transitions until `isEnough`.
 */
export async function measureTransition(
  streaming: ReactNode,
  start: () => () => void,
  isEnough: () => boolean,
): Promise<TransitionCost> {
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
  const quiet = await page.transition()
  const busy: Transition[] = []
  while (!isEnough()) {
    const stop = start()
    busy.push(await page.transition())
    stop()
  }
  root.unmount()
  container.remove()
  return {
    renders: busy.reduce((sum, { renders }) => sum + renders, 0) / busy.length / items,
    slowdown: Math.min(...busy.map(({ time }) => time / quiet.time)),
  }
}

interface Transition {
  renders: number
  /** Milliseconds. */
  time: number
}

function createSlowPage() {
  let onCommit = (): void => {}
  let setVersion = (_version: number): void => {}
  let last = 0
  let renders = 0
  const ready = new Promise<void>((resolve) => (onCommit = resolve))

  function render(version: number): void {
    if (version === 0) return
    renders += 1
    const end = performance.now() + itemTime
    while (performance.now() < end);
  }

  const Slow = memo(({ version }: { version: number }) => {
    render(version)
    return <i>{version}</i>
  })

  function Component() {
    const [version, set] = useState(0)
    useEffect(() => {
      setVersion = set
    }, [])
    useEffect(() => onCommit())
    return Array.from({ length: items }, (_, index) => <Slow key={index} version={version} />)
  }

  async function transition(): Promise<Transition> {
    const begin = performance.now()
    renders = 0
    await new Promise<void>((resolve) => {
      onCommit = resolve
      startTransition(() => setVersion((last += 1)))
    })
    return { renders, time: performance.now() - begin }
  }

  return { Component, ready, transition }
}
