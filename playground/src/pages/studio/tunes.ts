import { createTaskManager } from 'brooklet/core'
import { wire } from '../../wire/wire.js'
import { createStages } from './stages.js'

export interface Tune {
  url: string
  seconds: number
  bytes: number
  mood: string
  key: string
  /** Beats a minute. */
  tempo: number
}

/** What the server is doing for each task; a task itself knows only how far it is. */
export const stages = createStages()

/** How many tunes are composed at once; the others wait. */
export const concurrency = 3

/** Outside the page, so that the tunes go on wherever the visitor is. */
export const tunes = createTaskManager<Tune>({
  url: '/api/generate',
  concurrency,
  fetch: wire.fetch(({ searchParams }) => ({
    key: `tune ${searchParams.get('taskId')}`,
    name: searchParams.get('prompt') ?? 'tune',
  })),
  cancelRequest: ({ id }) => fetch(`/api/generate/${id}`, { method: 'DELETE' }),
  onEvent: stages.read,
})
