import { Profiler, type ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import { AiSdk } from './ai-sdk.js'
import { bareLoop } from './bare-loop.js'
import { Brooklet } from './brooklet.js'
import { ByHand } from './by-hand.js'
import { readOnly } from './read-stream.js'

declare global {
  interface Window {
    /** Runs one contestant to the end of its reply. */
    contest(name: string): Promise<{ length: number; commits: number; frames: number }>
  }
}

type Contestant = (root: HTMLElement, onCommit: () => void) => Promise<number>

const contestants: Record<string, Contestant> = {
  'read only': readOnly,
  'bare loop': bareLoop,
  brooklet: inReact((onDone) => <Brooklet onDone={onDone} />),
  'AI SDK': inReact((onDone) => <AiSdk onDone={onDone} />),
  'AI SDK, a frame': inReact((onDone) => <AiSdk throttle={16} onDone={onDone} />),
  'by hand': inReact((onDone) => <ByHand onDone={onDone} />),
}

function inReact(element: (onDone: (length: number) => void) => ReactElement): Contestant {
  return (root, onCommit) =>
    new Promise((resolve) => {
      createRoot(root).render(
        <Profiler id="contestant" onRender={onCommit}>
          {element(resolve)}
        </Profiler>,
      )
    })
}

window.contest = async (name) => {
  const root = document.getElementById('root')!
  let commits = 0
  let frames = 0
  let isRunning = true
  requestAnimationFrame(function count() {
    frames += 1
    if (isRunning) requestAnimationFrame(count)
  })
  const length = await contestants[name]!(root, () => (commits += 1))
  isRunning = false
  // The last state has been shown by the second frame from here.
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  return { length, commits, frames }
}
