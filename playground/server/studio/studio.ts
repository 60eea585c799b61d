/**
 * The jobs of the studio. A job works only while somebody reads it: when the reader leaves it rests
 * where it is, and goes on when the same task is asked for again.
 */
import { createHash } from 'node:crypto'
import { BoundedMap } from '../bounded.js'
import type { Environment } from '../environment.js'
import { completionOf, createJob, failureOf, isRendered, mustFail, progressOf } from './job.js'
import type { Job, StudioEvent, TuneResult } from './job.js'
import { sampleRate } from './render.js'
import { encodeWav } from './wav.js'

export interface Studio {
  /**
   * Works on the task until it is done or the signal aborts, from where it had come. `seen` is the
   * last id that the reader has.
   */
  work(order: Order, signal: AbortSignal, seen?: number): AsyncGenerator<StudioEvent, void>
  cancel(taskId: string): boolean
  audio(id: string): Uint8Array<ArrayBuffer> | undefined
  /** Slices made by all jobs since the start. */
  readonly slices: number
  /** Jobs being worked on. */
  readonly active: number
}

export interface Order {
  taskId: string
  prompt: string
}

export function createStudio(
  environment: Environment,
  onDone: (prompt: string, result: TuneResult) => void,
): Studio {
  const jobs = new BoundedMap<string, Job>(20)
  const recordings = new BoundedMap<string, Uint8Array<ArrayBuffer>>(50)
  let slices = 0
  let active = 0

  async function* work(
    order: Order,
    client: AbortSignal,
    seen = -1,
  ): AsyncGenerator<StudioEvent, void> {
    const job = jobFor(order)
    const signal = takeOver(job, client)
    active++
    try {
      if (seen < 0) yield progressOf(job)
      yield* render(job, signal, seen)
      if (jobs.get(order.taskId) === job && mustFail(job)) {
        jobs.delete(order.taskId)
        yield failureOf(job)
      } else if (!signal.aborted) yield completionOf(job, record(job))
      else if (typeof signal.reason === 'string') yield* farewell(job, signal.reason)
    } finally {
      active--
    }
  }

  async function* render(
    job: Job,
    signal: AbortSignal,
    seen: number,
  ): AsyncGenerator<StudioEvent, void> {
    while (!isRendered(job) && !mustFail(job) && !signal.aborted) {
      job.render.step()
      slices++
      // A job that had to begin again hurries to what its reader has seen.
      const behind = job.render.rendered <= seen
      if (!behind) yield progressOf(job)
      await environment.sleep(behind ? 0 : environment.pacing.slice, signal)
    }
  }

  function jobFor({ taskId, prompt }: Order): Job {
    const known = jobs.get(taskId)
    if (known?.prompt === prompt) return known
    const job = createJob(taskId, prompt)
    jobs.set(taskId, job)
    return job
  }

  /** The same prompt is the same recording. */
  function record(job: Job): TuneResult {
    const id = createHash('sha256').update(job.prompt).digest('hex').slice(0, 16)
    const file = recordings.get(id) ?? encodeWav(job.render.finish(), sampleRate)
    recordings.set(id, file)
    const { mood, key, tempo } = job.tune
    const seconds = Math.round((10 * job.render.total) / sampleRate) / 10
    const result = { url: `/api/audio/${id}.wav`, seconds, bytes: file.length, mood, key, tempo }
    if (!job.result) onDone(job.prompt, result)
    return (job.result = result)
  }

  return {
    work,
    cancel(taskId) {
      jobs.get(taskId)?.reader?.abort('The task was canceled')
      return jobs.delete(taskId)
    },
    audio: (id) => recordings.get(id),
    get slices() {
      return slices
    },
    get active() {
      return active
    },
  }
}

/** The newest reader has the job; an older one is told, so that it does not come back for it. */
function takeOver(job: Job, client: AbortSignal): AbortSignal {
  job.reader?.abort('Another connection has taken over this task')
  job.reader = new AbortController()
  return AbortSignal.any([client, job.reader.signal])
}

function* farewell({ render }: Job, message: string): Generator<StudioEvent, void> {
  yield { id: render.rendered, event: 'error', data: { message } }
}
