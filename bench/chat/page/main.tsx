import type { ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import { AiSdk } from './ai-sdk.js'
import type { Ask } from './ask.js'
import { bareLoop } from './bare-loop.js'
import { Brooklet, BrookletSelecting } from './brooklet.js'
import { ByHand } from './by-hand.js'
import { readOnly } from './read-stream.js'

declare global {
  interface Window {
    /** Counted from index.html, before React is there. */
    commits: number
    /** Shows the page of one contender, with its history. */
    prepare(name: string): Promise<void>
    /** Receives one reply, and shows its end. */
    receive(): Promise<{ length: number; commits: number; frames: number }>
  }
}

const contenders: Record<string, (root: HTMLElement) => Promise<Ask>> = {
  'read only': async () => readOnly,
  'bare loop': async (root) => bareLoop(root),
  brooklet: inReact((onReady) => <Brooklet onReady={onReady} />),
  'brooklet, selecting': inReact((onReady) => <BrookletSelecting onReady={onReady} />),
  'AI SDK': inReact((onReady) => <AiSdk onReady={onReady} />),
  'AI SDK, a frame': inReact((onReady) => <AiSdk throttle={16} onReady={onReady} />),
  'by hand': inReact((onReady) => <ByHand onReady={onReady} />),
}

function inReact(element: (onReady: (ask: Ask) => void) => ReactElement) {
  return (root: HTMLElement) =>
    new Promise<Ask>((resolve) => createRoot(root).render(element(resolve)))
}

let ask: Ask

window.prepare = async (name) => {
  ask = await contenders[name]!(document.getElementById('root')!)
  await twoFrames()
}

window.receive = async () => {
  const commitsBefore = window.commits
  let frames = 0
  let isRunning = true
  requestAnimationFrame(function count() {
    frames += 1
    if (isRunning) requestAnimationFrame(count)
  })
  const length = await ask()
  isRunning = false
  // The last state has been shown by the second frame from here.
  await twoFrames()
  return { length, commits: window.commits - commitsBefore, frames }
}

function twoFrames(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
}
