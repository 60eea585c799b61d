import { text } from '../json/json.js'
import type { TaskUpdate } from '../types.js'

/** A number as servers write it: `45`, `"45"`, `"45%"`. NaN for anything else. */
export function numeric(value: unknown): number {
  return parseFloat(text(value))
}

/** The share that `loaded` is of `total`. If the total is not above 0, nobody knows how far the work is. */
export function share(loaded: unknown, total: unknown): TaskUpdate {
  const [done, all] = [numeric(loaded), numeric(total)]
  if (Number.isNaN(done)) return {}
  return all > 0
    ? { loaded: done, total: all, progress: (100 * done) / all }
    : { loaded: done, indeterminate: true }
}

/** The lines of a log that are not blank. At a carriage return, a terminal would overwrite the line. */
export function logLines(log: unknown): string[] {
  return text(log)
    .split(/[\r\n]+/)
    .filter((line) => line.trim())
}

/**
 * Reads a log in which progress bars are drawn, as tqdm does: ` 45%|████▌     | 13/28`. If a bar shows
 * less than the last one, it is another bar.
 */
export function createLogReader(): (logs: readonly string[]) => TaskUpdate {
  let last: number | undefined
  return (logs) => {
    const [, digits] = logs.map((line) => /(\d{1,3})%\|/.exec(line)).findLast(Boolean) ?? []
    const progress = digits === undefined ? undefined : Number(digits)
    const restarted = progress! < last!
    last = progress ?? last
    return { logs, progress, restarted, indeterminate: last === undefined }
  }
}
