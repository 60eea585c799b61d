import { hear, known } from './hear.js'
import type { Item } from './hear.js'
import { list, text, words } from './json.js'
import type { Json } from './json.js'
import type { ReplyPart } from './reply.js'
import type { Frame, ServedProtocol } from './served-protocol.js'

/** Steps, each started, filled and stopped. */
export const geminiInteractions: ServedProtocol = {
  read: (body) => hear(list(body?.input).flatMap(itemsIn), known),
  *write({ id, model, parts, reason, usage }) {
    const interaction = { id, object: 'interaction', model }
    yield event('interaction.created', { interaction: { ...interaction, status: 'in_progress' } })
    for (const [index, part] of parts.entries()) yield* eventsOf(part, index)
    const counts = { total_input_tokens: usage.input, total_output_tokens: usage.output }
    const status = reason === 'stop' ? 'completed' : 'requires_action'
    yield event('interaction.completed', { interaction: { ...interaction, status, usage: counts } })
  },
}

function event(event_type: string, more: object): Frame {
  return { event: event_type, data: { event_type, ...more } }
}

function itemsIn(step: Json): Item[] {
  if (text(step?.type) === 'function_result') {
    return [{ answerTo: text(step?.name), answer: words(step?.result) }]
  }
  if (text(step?.type) !== 'user_input') return []
  const content = list(step?.content)
  const said = content.map((each) => text(each?.text)).join('')
  return [{ said, files: content.filter((each) => text(each?.type) !== 'text').length }]
}

function* eventsOf(part: ReplyPart, index: number): Generator<Frame> {
  yield event('step.start', { index, step: startOf(part) })
  for (const delta of deltasIn(part)) yield event('step.delta', { index, delta })
  yield event('step.stop', { index })
}

function startOf(part: ReplyPart): object {
  switch (part.type) {
    case 'reasoning':
      return { type: 'thought' }
    case 'tool-call':
      return { type: 'function_call', id: part.id, name: part.name, arguments: {} }
    default:
      return { type: 'model_output' }
  }
}

function deltasIn(part: ReplyPart): object[] {
  switch (part.type) {
    case 'reasoning':
      return part.deltas.map((words) => ({
        type: 'thought_summary',
        content: { type: 'text', text: words },
      }))
    case 'text':
      return part.deltas.map((words) => ({ type: 'text', text: words }))
    case 'source': {
      const annotations = [{ type: 'url_citation', url: part.url, title: part.title }]
      return [{ type: 'text_annotation', annotations }]
    }
    case 'tool-call':
      return part.args.map((args) => ({ type: 'arguments', arguments: args }))
  }
}
