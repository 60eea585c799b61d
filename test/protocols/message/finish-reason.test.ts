import { expect, test } from 'vitest'
import { finishReasonOf } from '../../../src/protocols/message/finish-reason.js'

test.each([
  ['stop', 'stop eos end_turn stop_sequence completed STOP COMPLETE STOP_SEQUENCE eos_token'],
  ['length', 'length max_tokens MAX_TOKENS max_output_tokens model_length'],
  ['length', 'model_context_window_exceeded'],
  ['tool-calls', 'tool_calls function_call tool_use TOOL_CALL'],
  ['content-filter', 'content_filter sensitive refusal SAFETY RECITATION BLOCKLIST SPII'],
  ['content-filter', 'PROHIBITED_CONTENT IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT'],
  ['error', 'error ERROR failed TIMEOUT network_error insufficient_system_resource'],
  ['error', 'MALFORMED_FUNCTION_CALL UNEXPECTED_TOOL_CALL TOO_MANY_TOOL_CALLS'],
  ['other', 'incomplete pause_turn load unload OTHER LANGUAGE NO_IMAGE cancelled constructor'],
])('%s: %s', (reason, names) => {
  for (const name of names.split(' ')) expect([name, finishReasonOf(name)]).toEqual([name, reason])
})
