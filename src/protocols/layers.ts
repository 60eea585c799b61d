import { share } from './progress-value.js'
import type { TaskUpdate } from './types.js'

/** Parts of one download that come in turn or side by side: how much of all that is known of. */
export interface Layers {
  set(id: string, loaded: number, total: number): TaskUpdate
  /** All of it is there. */
  finish(id: string): TaskUpdate
}

export function createLayers(): Layers {
  const layers = new Map<string, { loaded: number; total: number }>()

  function sum(): TaskUpdate {
    let [loaded, total] = [0, 0]
    for (const layer of layers.values()) {
      loaded += layer.loaded
      total += layer.total
    }
    return share(loaded, total)
  }

  return {
    set(id, loaded, total) {
      layers.set(id, { loaded, total })
      return sum()
    },
    finish(id) {
      const layer = layers.get(id)
      if (layer) layer.loaded = layer.total
      return sum()
    },
  }
}
