import { languageOf } from '../language.js'
import { compose } from './compose.js'
import type { Tune } from './compose.js'
import { createRender } from './render.js'
import type { Render } from './render.js'

/** One task: what was asked, and how far it has come. */
export interface Job {
  readonly taskId: string
  readonly prompt: string
  readonly tune: Tune
  readonly render: Render
  result?: TuneResult
  /** Aborts the work for the connection that reads it now, with what to tell it. */
  reader?: AbortController
}

export interface TuneResult {
  url: string
  seconds: number
  bytes: number
  mood: string
  key: string
  tempo: number
}

export interface StudioEvent {
  /** Samples rendered: grows with every event of a job. */
  id: number
  event: 'progress' | 'complete' | 'error'
  data:
    | { percent: number; stage: 'composing' | 'rendering' | 'mastering' }
    | { result: TuneResult }
    | { message: string }
}

/** Prompts with such a word fail part-way, so that the error state can be seen. */
const failing = /fail|error|crash|失败|出错|报错/i
const failsAt = 0.4

export function createJob(taskId: string, prompt: string): Job {
  const tune = compose(prompt)
  return { taskId, prompt, tune, render: createRender(tune) }
}

export const isRendered = ({ render }: Job): boolean => render.rendered >= render.total

export const mustFail = ({ prompt, render }: Job): boolean =>
  failing.test(prompt) && render.rendered >= failsAt * render.total

export function progressOf({ render }: Job): StudioEvent {
  const percent = Math.floor((100 * render.rendered) / render.total)
  const stage = percent === 0 ? 'composing' : percent < 100 ? 'rendering' : 'mastering'
  return { id: render.rendered, event: 'progress', data: { percent, stage } }
}

export function completionOf({ render }: Job, result: TuneResult): StudioEvent {
  return { id: render.total + 1, event: 'complete', data: { result } }
}

export function failureOf({ prompt, render }: Job): StudioEvent {
  const chinese = languageOf(prompt) === 'zh'
  const message = chinese
    ? '合成器断了一根弦：提示词要它失败'
    : 'The synthesizer broke a string: the prompt asked for it'
  return { id: render.rendered, event: 'error', data: { message } }
}
