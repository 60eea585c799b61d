import { StreamError } from '../errors.js'

/** Throws `invalid-option` for a limit that is negative, or `NaN`, as of a variable that is not set. */
export function checkLimits(limits: Record<string, number>): void {
  for (const [name, value] of Object.entries(limits)) {
    if (value >= 0) continue
    throw new StreamError('invalid-option', `Expected ${name} to be 0 or more, got ${value}`)
  }
}
