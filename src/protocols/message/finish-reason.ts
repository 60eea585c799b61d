import { text } from '../json/json.js'
import type { MessageDraft } from '../types.js'
import type { FinishReason } from './message.js'

/** What backends call each of our reasons. The first pattern that matches counts. */
const patterns: Record<Exclude<FinishReason, 'other'>, RegExp> = {
  error: /error|fail|timeout|malformed|unexpected|too_many|insufficient/i,
  length: /length|max_|window/i,
  'tool-calls': /call|tool/i,
  'content-filter': /filter|sensitive|refus|safety|recitation|block|prohibited|spii/i,
  stop: /^(stop|eos|end|complete)/i,
}

/**
 * Sets why the model stopped, if the backend has said so. If the model `hasCalls`, some backends say `stop`
 * too, although it waits for its tools.
 */
export function readFinishReason(raw: unknown, draft: MessageDraft, hasCalls = false): void {
  const name = text(raw)
  if (!name) return
  const reason = finishReasonOf(name)
  draft.finish(hasCalls && reason === 'stop' ? 'tool-calls' : reason, name)
}

/** Translates the backend's word for why the model stopped into ours. */
export function finishReasonOf(raw: string): FinishReason {
  const known = Object.entries(patterns).find(([, pattern]) => pattern.test(raw))
  return (known?.[0] ?? 'other') as FinishReason
}
