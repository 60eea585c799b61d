import { share } from './progress-value.js'
import type { TaskUpdate } from '../types.js'

/** Parts of one download, which come in turn or side by side. */
export interface Layers {
  /** It will come. */
  announce(id: string): TaskUpdate
  /** How much of it is there, now that its size is known. */
  set(id: string, loaded: number, total: number): TaskUpdate
  /** All of it is there. */
  finish(id: string): TaskUpdate
}

/**
 * How much there is of all parts that have been announced. One of an unknown size counts as much as
 * the others do on average, so that the first to be there is not all.
 */
export function createLayers(): Layers {
  const layers = new Map<string, { loaded: number; total: number }>()

  function sum(): TaskUpdate {
    let [loaded, total, known] = [0, 0, 0]
    for (const layer of layers.values()) {
      loaded += layer.loaded
      total += layer.total
      if (layer.total > 0) known += 1
    }
    const { progress, ...counted } = share(loaded, total)
    return progress === undefined
      ? counted
      : { ...counted, progress: (progress * known) / layers.size }
  }

  return {
    announce(id) {
      if (!layers.has(id)) layers.set(id, { loaded: 0, total: 0 })
      return sum()
    },
    set(id, loaded, total) {
      layers.set(id, { loaded, total })
      return sum()
    },
    finish(id) {
      const { total = 0 } = layers.get(id) ?? {}
      if (total > 0) layers.set(id, { loaded: total, total })
      else layers.delete(id)
      return sum()
    },
  }
}
