import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { isHeartbeat } from './events/signals.js'
import { isText, jsonIn, list, looksLikeJson, readJson, text, type Json } from './json/json.js'
import { isEnvelope, progressIn, restOf, valuesOf } from './progress/progress-shapes.js'
import { logLines } from './progress/progress-value.js'
import type { TaskProtocol, TaskReader, TaskUpdate } from './types.js'

const good = /^(done|completed?|succe(ss|eded)|finish(ed)?|result|end)$/i
const bad =
  /^(error|fail(ed|ure)?|cancell?ed|aborted|time(d[ _-]?)?out|crashed|expired|revoked|rejected|terminated)$/i
const busy = /progress|process|running|partial|pending|queue|start|update|work/i
const log = /^logs?$/

/**
 * Home-made progress, as JSON in any format: percent, a fraction, so much of so much, stages, lines
 * of a log, a result so far. The task has ended when a name, a `status`, `done: true`, a `result` or an
 * `error` says so, or when the stream ends at 100%.
 *
 * @param options.max The bare `progress` or `value` that means 100%: `1` or `100`. Default: guessed. A
 * value between 0 and 1 means that it is 1, until one above 1 comes; before either, 1 counts as 1%.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'brooklet/core'
 * import { jsonProgress } from 'brooklet/protocols'
 *
 * const imports = createTaskManager({ url: '/api/import', protocol: jsonProgress({ max: 1 }) })
 * ```
 */
export function jsonProgress({ max }: { max?: number | undefined } = {}): TaskProtocol {
  return { reader: () => reader(max), errorMessage }
}

function reader(max?: number): TaskReader {
  let scale = max
  let lastStage = ''
  let isFull = false
  /** Whether the last event was not cut in two. */
  let isWhole = true

  function toPercent(bare: number): number {
    if (!max && bare > 1) scale = 100
    else if (bare > 0 && bare < 1) scale ??= 1
    isFull = bare === (scale ?? 1)
    return (100 * bare) / (scale ?? 100)
  }

  function readProgress(record: Json): TaskUpdate {
    const before = scale
    const update = progressIn(record, toPercent)
    isFull ||= update.progress! >= 100
    const [stage = ''] = valuesOf(record, 'stage').map(text)
    const [message] = valuesOf(record, 'message').map(text)
    // Progress may go back: it turns out to be percent, or another part of the work begins.
    const restarted = before! < scale! || (stage !== '' && lastStage !== '' && stage !== lastStage)
    lastStage = stage || lastStage
    return { ...update, restarted, stage: stage || message || undefined }
  }

  function readFields({ type, data }: StreamEvent, given: Json): TaskUpdate {
    const record = isEnvelope(given) ? { ...given, ...given?.data } : given
    const kinds = [type, ...[given, record].flatMap((each) => valuesOf(each, 'kind')).map(text)]
    const is = (pattern: RegExp): boolean => kinds.some((kind) => pattern.test(kind))
    const fields = unwrapped(record, kinds)
    const line = is(log) && (record?.message ?? record?.data)
    const logs = [...valuesOf(fields, 'logs'), line].flatMap(linesOf)
    const { loaded, total } = progressIn(record, Number)
    const ended = { logs, loaded, total }
    if (record?.error || is(bad)) {
      const reason = [record?.failedReason, record?.reason].map(text).find(Boolean)
      return { ...ended, error: backendError(data, errorMessage(JSON.stringify(record)) ?? reason) }
    }
    const over: unknown[] = valuesOf(record, 'over')
    if (is(good) || over.includes(true)) {
      return { ...ended, done: { result: resultIn(record) } }
    }
    isFull = false
    // What is a line of the log is no stage.
    const update = { ...readProgress(line ? { ...fields, message: undefined } : fields), logs }
    const [partial] = valuesOf(record, 'partial')
    const { result = partial } = record ?? {}
    if (result === partial) return { ...update, result }
    // A result of `null` does not count as one, except at 100%.
    const isOpen = !isFull && (update.progress !== undefined || result === null)
    const isBusy = is(busy) || over.includes(false) || isOpen
    return isBusy ? { ...update, result } : { ...update, done: { result } }
  }

  function readText({ type }: StreamEvent, words: string): TaskUpdate | void {
    if (words === '[DONE]') return { done: { result: undefined } }
    if (good.test(type)) return { done: { result: valueOf(words) } }
    if (bad.test(type)) return { error: backendError(words) }
    if (type === 'progress' && words === 'null') return { indeterminate: true }
    if (/^-?[\d.]+%?$/.test(words)) return readProgress({ progress: words } as unknown as Json)
    if (type === 'message' || log.test(type)) return { logs: logLines(words) }
  }

  return {
    read(event) {
      if (isHeartbeat(event)) return
      const { data } = event
      isWhole = false
      const isJson = looksLikeJson(data) && data !== '[DONE]'
      const value: unknown = isJson ? readJson(event) : data
      isWhole = true
      return typeof value === 'string' ? readText(event, value) : readFields(event, value as Json)
    },
    end: () => (isFull && isWhole ? { done: { result: undefined } } : undefined),
  }
}

/** A record may have the fields of its progress in `data`, just the number there, or them in `progress`. */
function unwrapped(record: Json, kinds: readonly string[]): Json {
  const { data, progress } = record ?? {}
  if (isText(data)) return kinds.includes('progress') ? { progress: data, ...record } : record
  // A text or a list adds only indexes, which have no meaning here.
  return { ...record, ...data, ...progress }
}

/** The lines of a text, of a list of texts, or of an object's `message`. */
function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) return list(value).flatMap(linesOf)
  return logLines((value as Json)?.message ?? value)
}

/** Where no field is called a result, it is the fields that say nothing about progress. */
function resultIn(record: Json): unknown {
  const [result] = valuesOf(record, 'result')
  if (result !== undefined) return result
  if (Array.isArray(record)) return record
  const rest = restOf(record)
  return Object.keys(rest).length > 0 ? rest : undefined
}

function valueOf(words: string): unknown {
  const value: unknown = jsonIn(words)
  return value === undefined ? words || undefined : value
}
