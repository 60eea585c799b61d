import { share } from './progress-value.js'
import type { TaskUpdate } from '../types.js'

/** Parts of one download, which come in turn or side by side. */
export interface Layers {
  /** The part will come; its size is not known yet. */
  announce(id: string): TaskUpdate
  /** So much of the part has come. */
  set(id: string, loaded: number, total: number): TaskUpdate
  /** All of the part has come. */
  finish(id: string): TaskUpdate
}

/**
 * Tells how much has come of all parts that have been announced. A part of unknown size counts as much as
 * the others on average, so that it is not 100 % when only the first one has come.
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
