import { hear, none } from './hear.js'
import { list, parse, text } from './json.js'
import type { Item } from './hear.js'
import type { Json } from './json.js'
import { deltasOf } from './reply.js'
import type { ServedProtocol } from './served-protocol.js'

/** A chat of version 3. The results of its tools would be sent elsewhere, so it calls none. */
export const coze: ServedProtocol = {
  read: (body) => hear(list(body?.additional_messages).flatMap(itemsIn), none),
  *write(reply) {
    const { id, parts, usage } = reply
    const chat = { id, conversation_id: `conversation-${id}` }
    const event = (name: string, data: object) => ({ event: `conversation.${name}`, data })
    const message = { id: `message-${id}`, role: 'assistant', type: 'answer', content_type: 'text' }
    yield event('chat.created', { ...chat, status: 'created' })
    for (const part of parts) {
      if (!('deltas' in part)) continue
      for (const delta of part.deltas) {
        const content = part.type === 'text' ? { content: delta } : { reasoning_content: delta }
        yield event('message.delta', { ...message, ...content })
      }
    }
    yield event('message.completed', { ...message, content: deltasOf(reply).join('') })
    const counts = { input_count: usage.input, output_count: usage.output }
    yield event('chat.completed', { ...chat, status: 'completed', usage: counts })
    yield { event: 'done', data: '[DONE]' }
  },
}

/** With files the content is a list of objects, as text. */
function itemsIn(message: Json): Item[] {
  if (text(message?.role) !== 'user') return []
  const content = text(message?.content)
  if (text(message?.content_type) !== 'object_string') return [{ said: content }]
  const blocks = list(parse(content))
  const said = blocks.map((block) => text(block?.text)).join('')
  return [{ said, files: blocks.filter((block) => text(block?.type) !== 'text').length }]
}
