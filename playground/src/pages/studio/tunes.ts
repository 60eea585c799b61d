import type { Task } from 'brooklet'
import { createTaskManager } from 'brooklet/core'
import { visitor } from '../../visitor.js'
import { wire } from '../../wire/wire.js'
import { createKeeper } from './kept-tunes.js'

export interface Tune {
  url: string
  seconds: number
  bytes: number
  mood: string
  key: string
  /** Beats a minute. */
  tempo: number
}

const url = '/api/generate'
const headers = { 'Playground-Visitor': visitor }

/** Outside the page, so that the tunes go on wherever the visitor is. */
export const tunes = createTaskManager<Tune>({
  url,
  headers,
  keepCanceled: true,
  // What will never be done is no part of what there is to do.
  weight: ({ status }) => (status === 'canceled' || status === 'error' ? 0 : 1),
  fetch: wire.fetch(({ searchParams }) => ({
    key: `tune ${searchParams.get('taskId')}`,
    name: searchParams.get('prompt') ?? 'tune',
  })),
})

/** Follows the tunes that were under way before a reload. */
export const restoreTunes = createKeeper(tunes, async () => {
  const response = await fetch(url, { headers })
  return ((await response.json()) as { tasks: Task[] }).tasks
})
