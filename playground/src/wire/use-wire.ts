import { useSyncExternalStore } from 'react'
import type { WireSnapshot } from './types.js'
import { wire } from './wire.js'

export function useWire(): WireSnapshot {
  return useSyncExternalStore(wire.subscribe, wire.getSnapshot)
}
