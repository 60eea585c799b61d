import { filesAmong, hear, offered, textIn, toolOf } from './hear.js'
import type { Item } from './hear.js'
import { list, text, words } from './json.js'
import type { Json } from './json.js'
import type { ReplyPart } from './reply.js'
import type { Frame, ServedProtocol } from './served-protocol.js'

/** Each event has its type as its name too, and a number. */
export const openaiResponses: ServedProtocol = {
  read: (body) => hear(list(body?.input).flatMap(item), offered(body?.tools)),
  *write({ id, model, parts, usage }) {
    let number = 0
    const event = (type: string, more: object): Frame => ({
      event: type,
      data: { type, sequence_number: number++, ...more },
    })
    const response = { id, object: 'response', model }
    yield event('response.created', { response: { ...response, status: 'in_progress' } })
    let index = -1
    for (const part of parts) {
      // A source is an annotation on the text before it.
      if (part.type !== 'source') index += 1
      for (const [type, more] of eventsOf(part)) yield event(type, { output_index: index, ...more })
    }
    const counts = { input_tokens: usage.input, output_tokens: usage.output }
    yield event('response.completed', {
      response: { ...response, status: 'completed', usage: counts },
    })
  },
}

function item(each: Json): Item[] {
  if (text(each?.type) === 'function_call_output') {
    return [{ answerTo: toolOf(each?.call_id), answer: words(each?.output) }]
  }
  if (text(each?.role) !== 'user') return []
  return [{ said: textIn(each?.content), files: filesAmong(each?.content) }]
}

function eventsOf(part: ReplyPart): [type: string, more: object][] {
  switch (part.type) {
    case 'reasoning':
      return part.deltas.map((delta) => [
        'response.reasoning_summary_text.delta',
        { summary_index: 0, delta },
      ])
    case 'text':
      return part.deltas.map((delta) => ['response.output_text.delta', { content_index: 0, delta }])
    case 'source': {
      const annotation = { type: 'url_citation', url: part.url, title: part.title }
      return [['response.output_text.annotation.added', { content_index: 0, annotation }]]
    }
    case 'tool-call': {
      const call = { type: 'function_call', id: part.id, call_id: part.id, name: part.name }
      const args = part.args.join('')
      return [
        ['response.output_item.added', { item: { ...call, arguments: '' } }],
        ...part.args.map((delta): [string, object] => [
          'response.function_call_arguments.delta',
          { item_id: part.id, delta },
        ]),
        ['response.function_call_arguments.done', { item_id: part.id, arguments: args }],
        ['response.output_item.done', { item: { ...call, arguments: args } }],
      ]
    }
  }
}
