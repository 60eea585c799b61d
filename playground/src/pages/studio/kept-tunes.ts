/** The page's tunes over a reload: the server goes on with them, and here is written down which they are. */
import type { Task, TaskManager } from 'brooklet'
import { readStored, writeStored } from '../../storage.js'

type KeptTune = Pick<Task, 'id' | 'prompt' | 'status'>

const storedAs = 'tunes'

/**
 * Follows the tunes of the last visit again, then keeps what there is. `list` asks the server which it
 * has. To be called by the page when it is shown; the first call counts.
 */
export function createKeeper<Result>(
  tunes: TaskManager<Result>,
  list: () => Promise<readonly KeptTune[]>,
): () => void {
  let isRestored = false

  async function restore(kept: readonly KeptTune[]): Promise<void> {
    const known = await list()
    const doneAtServer = new Set(
      known.filter(({ status }) => status === 'done').map(({ id }) => id),
    )
    for (const { id, prompt, status } of kept) {
      // One that the server does not know yet is started there, one that it knows is followed.
      const isUnderWay = status === 'queued' || status === 'processing'
      if (isUnderWay || doneAtServer.has(id)) tunes.startTask(prompt, { id })
    }
  }

  function keep(): void {
    const all = [...tunes.getSnapshot().tasks.values()]
    const text = JSON.stringify(all.map(({ id, prompt, status }) => ({ id, prompt, status })))
    if (text !== readStored(storedAs)) writeStored(storedAs, text)
  }

  return () => {
    if (isRestored) return
    isRestored = true
    const kept = readKept()
    const restored = kept.length > 0 ? restore(kept) : Promise.resolve()
    restored.then(
      () => {
        tunes.subscribe(keep)
        keep()
      },
      // Not reached: at the next visit of the page perhaps.
      () => (isRestored = false),
    )
  }
}

function readKept(): KeptTune[] {
  try {
    const kept: unknown = JSON.parse(readStored(storedAs) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isKept) : []
  } catch {
    return []
  }
}

function isKept(value: unknown): value is KeptTune {
  const { id, prompt, status } = (value ?? {}) as Partial<Record<string, unknown>>
  return [id, prompt, status].every((field) => typeof field === 'string')
}
