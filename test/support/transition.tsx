// How much work a transition elsewhere on the page is while something streams: what React throws away
// of it, it renders again.
import { memo, startTransition, useEffect, useState, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

const items = 200
const itemTime = 2

/**
 * How often each item of a transition of 0.4 s renders beside `streaming`, on average. `start` lets
 * that stream, and returns how to stop. There are transitions until `isEnough`.
 */
export async function rendersOfTransition(
  streaming: ReactNode,
  start: () => () => void,
  isEnough: () => boolean,
): Promise<number> {
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
  const stop = start()
  let transitions = 0
  for (; !isEnough(); transitions += 1) await page.transition()
  stop()
  root.unmount()
  container.remove()
  return page.renders() / transitions / items
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

  function transition(): Promise<void> {
    return new Promise((resolve) => {
      onCommit = resolve
      startTransition(() => setVersion((last += 1)))
    })
  }

  return { Component, ready, transition, renders: () => renders }
}
