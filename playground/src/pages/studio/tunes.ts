import type { Task } from 'brooklet'
import { createTaskManager } from 'brooklet/core'
import { visitor } from '../../visitor.js'
import { wire } from '../../wire/wire.js'
import { createKeeper } from './kept-tunes.js'
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

const url = '/api/generate'
const headers = { 'Playground-Visitor': visitor }

/** Outside the page, so that the tunes go on wherever the visitor is. */
export const tunes = createTaskManager<Tune>({
  url,
  headers,
  concurrency,
  fetch: wire.fetch(({ searchParams }) => ({
    key: `tune ${searchParams.get('taskId')}`,
    name: searchParams.get('prompt') ?? 'tune',
  })),
  onEvent: stages.read,
})

/** Follows the tunes that were under way before a reload. */
export const restoreTunes = createKeeper(tunes, async () => {
  const response = await fetch(url, { headers })
  return ((await response.json()) as { tasks: Task[] }).tasks
})
