import { languageOf } from '../language.js'
import { compose } from './compose.js'
import type { Tune } from './compose.js'
import { createRender } from './render.js'
import type { Render } from './render.js'

/** One task: what was asked, and how far it has come. */
export interface Job {
  readonly prompt: string
  readonly tune: Tune
  readonly render: Render
}

export interface TuneResult {
  url: string
  seconds: number
  bytes: number
  mood: string
  key: string
  tempo: number
}

export type Stage = 'composing' | 'rendering' | 'mastering'

/** Prompts with such a word fail part-way, so that the error state can be seen. */
const failing = /fail|error|crash|失败|出错|报错/i
const failsAt = 0.4

export function createJob(prompt: string): Job {
  const tune = compose(prompt)
  return { prompt, tune, render: createRender(tune) }
}

export const isRendered = ({ render }: Job): boolean => render.rendered >= render.total

export const mustFail = ({ prompt, render }: Job): boolean =>
  failing.test(prompt) && render.rendered >= failsAt * render.total

export function progressOf({ render }: Job): [percent: number, more: { stage: Stage }] {
  const percent = Math.floor((100 * render.rendered) / render.total)
  const stage = percent === 0 ? 'composing' : percent < 100 ? 'rendering' : 'mastering'
  return [percent, { stage }]
}

export function wordsOfFailure({ prompt }: Job): string {
  return languageOf(prompt) === 'zh'
    ? '合成器断了一根弦：提示词要它失败'
    : 'The synthesizer broke a string, as asked'
}
