import type { Json } from '../json/json.js'
import { numeric, share } from './progress-value.js'
import type { TaskUpdate } from '../types.js'

/** The names that servers use for each meaning. If a record has several of them, the first counts. */
const names = {
  kind: 'type event status state',
  percent: 'percent percentage',
  fraction: 'fraction ratio',
  bare: 'progress value',
  loaded: 'loaded current completed processed downloaded done index step current_step currentStep',
  total: 'total max steps total_steps totalSteps total_bytes totalBytes length',
  stage: 'stage phase',
  message: 'message description desc status',
  logs: 'logs log',
  over: 'done finished complete completed',
  partial: 'partial preview',
  result: 'result output returnvalue data',
}

const allNames = Object.values(names).join(' ').split(' ')

/** The values that the record has under the names of this meaning. */
export function valuesOf(record: Json, what: keyof typeof names): Json[] {
  const values = names[what].split(' ').map((name) => record?.[name])
  return values.filter((value) => value !== undefined)
}

/** Whether it is `data` that says how the task is: at most a name and a message are beside it. */
export function isEnvelope(record: Json): boolean {
  const named = Object.keys(record ?? {}).filter((name) => allNames.includes(name))
  const isBare = named.every((name) => /^(type|event|message|data)$/.test(name))
  return isBare && typeof record?.data === 'object'
}

/** The fields of the record that say nothing about progress. */
export function restOf(record: Json): Record<string, unknown> {
  const fields = Object.entries(Object(record) as object)
  return Object.fromEntries(fields.filter(([name]) => !allNames.includes(name)))
}

/**
 * How far the task is, in any of the shapes that servers use. `toPercent` reads a number that may be out
 * of 1 or out of 100. A server that sends `null`, or `indeterminate`, cannot say how far.
 */
export function progressIn(record: Json, toPercent: (bare: number) => number): TaskUpdate {
  const nested = record?.progress
  if (nested && typeof nested === 'object') return progressIn(nested, toPercent)
  const [percent] = valuesOf(record, 'percent')
  const [fraction] = valuesOf(record, 'fraction')
  const [total] = valuesOf(record, 'total')
  const [bare] = valuesOf(record, 'bare')
  const parts = total === undefined ? [] : [bare]
  // Other servers use some of these names for `true`, or for the name of a step.
  const loaded = [...valuesOf(record, 'loaded'), ...parts].find((each) => numeric(each) >= 0)
  const counted = share(loaded, total)
  const { progress = parts.length > 0 ? NaN : toPercent(numeric(bare)) } = counted
  const said = [numeric(percent), 100 * numeric(fraction), progress].find((each) => each >= 0)
  const isUnknown =
    counted.indeterminate ||
    (record?.indeterminate as unknown) === true ||
    [percent, fraction, bare].includes(null)
  return {
    ...counted,
    progress: said,
    indeterminate: (said === undefined && isUnknown) || undefined,
  }
}
