import { createTaskManager, storeTasks } from 'brooklet/core'
import { visitor } from '../../visitor.js'
import { wire } from '../../wire/wire.js'

export interface Tune {
  url: string
  seconds: number
  bytes: number
  mood: string
  key: string
  /** Beats a minute. */
  tempo: number
}

/** Outside the page, so that the tunes go on wherever the visitor is. */
export const tunes = createTaskManager<Tune>({
  headers: { 'Playground-Visitor': visitor },
  keepCanceled: true,
  // A canceled tune is no longer wanted. One that has failed is still missing.
  weight: ({ status }) => (status === 'canceled' ? 0 : 1),
  fetch: wire.fetch(({ searchParams }) => ({
    key: `tune ${searchParams.get('taskId')}`,
    name: searchParams.get('prompt') ?? 'tune',
  })),
})

// Here, and not by the page's `useTaskStorage`: after a reload they go on whichever page is shown.
storeTasks(tunes, { key: 'brooklet.studio' })
