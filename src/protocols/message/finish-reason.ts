import type { FinishReason } from './message.js'

/** What backends call each of our reasons. The first pattern that matches counts. */
const names: [RegExp, FinishReason][] = [
  [/error|fail|timeout|malformed|unexpected|too_many|insufficient/i, 'error'],
  [/length|max_|window/i, 'length'],
  [/call|tool/i, 'tool-calls'],
  [/filter|sensitive|refus|safety|recitation|block|prohibited|spii/i, 'content-filter'],
  [/^(stop|eos|end|complete)/i, 'stop'],
]

/** Translates the backend's word for why the model stopped into ours. */
export function finishReasonOf(raw: string): FinishReason {
  return names.find(([pattern]) => pattern.test(raw))?.[1] ?? 'other'
}
