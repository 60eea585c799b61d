import { hearMessages, offered } from './hear.js'
import { text } from './json.js'
import { callsOf } from './reply.js'
import type { ReplyPart } from './reply.js'
import type { Frame, ServedProtocol } from './served-protocol.js'

/** A run of an agent. Sources have no event of their own. */
export const agUi: ServedProtocol = {
  read: (body) => ({
    ...hearMessages(body, offered(body?.tools)),
    thread: text(body?.threadId),
  }),
  *write(reply, { thread }) {
    const { id, parts, usage } = reply
    const run = { threadId: thread, runId: id }
    yield { data: { type: 'RUN_STARTED', ...run } }
    for (const [index, part] of parts.entries()) yield* eventsOf(part, `${id}-${index}`)
    const calls = callsOf(reply).map((call) => call.id)
    const outcome = { type: 'success', ...(calls.length > 0 && { pendingToolCallIds: calls }) }
    const counts = [{ inputTokens: usage.input, outputTokens: usage.output }]
    yield { data: { type: 'RUN_FINISHED', ...run, outcome, usage: counts } }
  },
}

function* eventsOf(part: ReplyPart, messageId: string): Generator<Frame> {
  if ('deltas' in part) {
    const kind = `${part.type.toUpperCase()}_MESSAGE`
    const role = part.type === 'text' ? 'assistant' : 'reasoning'
    yield { data: { type: `${kind}_START`, messageId, role } }
    for (const delta of part.deltas) yield { data: { type: `${kind}_CONTENT`, messageId, delta } }
    yield { data: { type: `${kind}_END`, messageId } }
  } else if (part.type === 'tool-call') {
    const toolCallId = part.id
    yield { data: { type: 'TOOL_CALL_START', toolCallId, toolCallName: part.name } }
    for (const delta of part.args) yield { data: { type: 'TOOL_CALL_ARGS', toolCallId, delta } }
    yield { data: { type: 'TOOL_CALL_END', toolCallId } }
  }
}
