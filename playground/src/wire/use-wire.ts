import { useValue } from '../shared/value.js'
import type { WireSnapshot } from './types.js'
import { wire } from './wire.js'

export function useWire(): WireSnapshot {
  return useValue(wire.snapshot)
}
