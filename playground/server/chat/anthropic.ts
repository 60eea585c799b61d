import { hear, offered, textIn, toolOf } from './hear.js'
import type { Item } from './hear.js'
import { list, text, words } from './json.js'
import type { Json } from './json.js'
import type { ReplyPart } from './reply.js'
import type { Frame, ServedProtocol } from './served-protocol.js'

/** Content blocks, each opened, filled and closed. */
export const anthropic: ServedProtocol = {
  read: (body) => hear(list(body?.messages).flatMap(itemsIn), offered(body?.tools)),
  *write({ id, model, parts, reason, usage }) {
    const message = { id, type: 'message', role: 'assistant', model, content: [] }
    const counts = { input_tokens: usage.input, output_tokens: 1 }
    yield event('message_start', { message: { ...message, usage: counts } })
    for (const [index, part] of parts.entries()) {
      yield event('content_block_start', { index, content_block: startOf(part) })
      for (const delta of deltasIn(part)) yield event('content_block_delta', { index, delta })
      yield event('content_block_stop', { index })
    }
    yield event('message_delta', {
      delta: { stop_reason: reason === 'stop' ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { output_tokens: usage.output },
    })
    yield event('message_stop', {})
  },
}

function event(type: string, more: object): Frame {
  return { event: type, data: { type, ...more } }
}

/** Results of tools are the user's, in blocks of their own. */
function itemsIn(message: Json): Item[] {
  const { role, content } = message ?? {}
  if (text(role) !== 'user') return []
  const results = list(content).filter((block) => block?.tool_use_id)
  if (results.length > 0) {
    return results.map((block) => ({
      answerTo: toolOf(block?.tool_use_id),
      answer: words(block?.content),
    }))
  }
  const files = list(content).filter((block) => block?.source).length
  return [{ said: textIn(content), files }]
}

function startOf(part: ReplyPart): object {
  switch (part.type) {
    case 'reasoning':
      return { type: 'thinking', thinking: '', signature: '' }
    case 'tool-call':
      return { type: 'tool_use', id: part.id, name: part.name, input: {} }
    default:
      return { type: 'text', text: '' }
  }
}

/** What was thought is sealed: the seal comes back with the results of tools. */
function deltasIn(part: ReplyPart): object[] {
  switch (part.type) {
    case 'reasoning': {
      const signature = Buffer.from(part.deltas.join('')).toString('base64').slice(0, 64)
      const deltas = part.deltas.map((thinking) => ({ type: 'thinking_delta', thinking }))
      return [...deltas, { type: 'signature_delta', signature }]
    }
    case 'text':
      return part.deltas.map((piece) => ({ type: 'text_delta', text: piece }))
    case 'source': {
      const { url, title } = part
      const citation = { type: 'web_search_result_location', url, title, cited_text: title }
      return [{ type: 'citations_delta', citation }]
    }
    case 'tool-call':
      return part.args.map((partial_json) => ({ type: 'input_json_delta', partial_json }))
  }
}
