import type { ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import { AiSdk } from './ai-sdk.js'
import { bareLoop } from './bare-loop.js'
import { Brooklet, BrookletSelecting } from './brooklet.js'
import { ByHand } from './by-hand.js'
import { readOnly } from './read-stream.js'

declare global {
  interface Window {
    /** Counted from index.html, before React is there. */
    commits: number
    /** Runs one contestant to the end of its reply. */
    contest(name: string): Promise<{ length: number; commits: number; frames: number }>
  }
}

type Contestant = (root: HTMLElement) => Promise<number>

const contestants: Record<string, Contestant> = {
  'read only': readOnly,
  'bare loop': bareLoop,
  brooklet: inReact((onDone) => <Brooklet onDone={onDone} />),
  'brooklet, selecting': inReact((onDone) => <BrookletSelecting onDone={onDone} />),
  'AI SDK': inReact((onDone) => <AiSdk onDone={onDone} />),
  'AI SDK, a frame': inReact((onDone) => <AiSdk throttle={16} onDone={onDone} />),
  'by hand': inReact((onDone) => <ByHand onDone={onDone} />),
}

function inReact(element: (onDone: (length: number) => void) => ReactElement): Contestant {
  return (root) =>
    new Promise((resolve) => {
      createRoot(root).render(element(resolve))
    })
}

window.contest = async (name) => {
  const root = document.getElementById('root')!
  const commitsBefore = window.commits
  let frames = 0
  let isRunning = true
  requestAnimationFrame(function count() {
    frames += 1
    if (isRunning) requestAnimationFrame(count)
  })
  const length = await contestants[name]!(root)
  isRunning = false
  // The last state has been shown by the second frame from here.
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  return { length, commits: window.commits - commitsBefore, frames }
}
