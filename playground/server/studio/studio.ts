/** Composes tunes, several at a time, and keeps their recordings. */
import { createHash } from 'node:crypto'
import { BoundedMap } from '../bounded.js'
import type { Environment } from '../environment.js'
import { PageError } from '../page-error.js'
import { createJob, isRendered, mustFail, progressOf, wordsOfFailure } from './job.js'
import type { Job, Stage, TuneResult } from './job.js'
import { sampleRate } from './render.js'
import { encodeWav } from './wav.js'

export interface Studio {
  /** @throws {PageError} for a prompt that asks for it */
  compose(order: Order): Promise<TuneResult>
  /** A recording; of a prompt that this process has not recorded, or no longer has, it is made. */
  audio(id: string, prompt: string): Uint8Array<ArrayBuffer> | undefined
  /** Slices made by all jobs since the start. */
  readonly slices: number
  /** Jobs being worked on. */
  readonly active: number
}

export interface Order {
  prompt: string
  signal: AbortSignal
  progress(percent: number, more: { stage: Stage }): Promise<void>
}

export function createStudio(environment: Environment): Studio {
  const recordings = new BoundedMap<string, Uint8Array<ArrayBuffer>>(50)
  let slices = 0
  let active = 0

  async function compose({ prompt, signal, progress }: Order): Promise<TuneResult> {
    const job = createJob(prompt)
    active++
    try {
      await progress(...progressOf(job))
      while (!isRendered(job)) {
        if (mustFail(job)) throw new PageError(wordsOfFailure(job))
        signal.throwIfAborted()
        job.render.step()
        slices++
        await progress(...progressOf(job))
        await environment.sleep(environment.pacing.slice, signal)
      }
      return resultOf(job)
    } finally {
      active--
    }
  }

  function resultOf(job: Job): TuneResult {
    const { prompt, render } = job
    const { mood, key, tempo } = job.tune
    const seconds = Math.round((10 * render.total) / sampleRate) / 10
    const query = new URLSearchParams({ prompt }).toString()
    const url = `/api/audio/${idOf(prompt)}.wav?${query}`
    return { url, seconds, bytes: record(job).length, mood, key, tempo }
  }

  function record({ prompt, render }: Job): Uint8Array<ArrayBuffer> {
    while (render.rendered < render.total) render.step()
    const file = encodeWav(render.finish(), sampleRate)
    recordings.set(idOf(prompt), file)
    return file
  }

  return {
    compose,
    audio: (id, prompt) =>
      recordings.get(id) ?? (id === idOf(prompt) ? record(createJob(prompt)) : undefined),
    get slices() {
      return slices
    },
    get active() {
      return active
    },
  }
}

/** The same prompt is the same recording. */
function idOf(prompt: string): string {
  return createHash('sha256').update(prompt).digest('hex').slice(0, 16)
}
