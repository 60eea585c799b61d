import type { Environment } from './environment.js'

let made = 0

/** With a counter, so that two names differ even in a test that fixes time and randomness. */
export function uniqueName({ now, random }: Pick<Environment, 'now' | 'random'>): string {
  return `${now().toString(36)}-${random().toString(36).slice(2, 12)}${made++}`
}
