import { hear, none } from './hear.js'
import type { Heard, Item } from './hear.js'
import { list, parse, text } from './json.js'
import { sourcesOf } from './reply.js'
import type { Frame, ServedProtocol } from './served-protocol.js'

/**
 * A chat app. Dify keeps the conversation, and is sent only what is new. Here the conversation's id is
 * the conversation itself, so that nothing needs to be kept, and a branch goes on from where it began.
 */
export const dify: ServedProtocol = {
  read(body) {
    const before = saidBefore(text(body?.conversation_id))
    return hear([...before, { said: text(body?.query), files: list(body?.files).length }], none)
  },
  *write(reply, heard) {
    const { id, parts, usage } = reply
    const ids = { conversation_id: conversationId(heard), message_id: id, task_id: id }
    const event = (name: string, more: object): Frame => ({
      data: { event: name, ...ids, ...more },
    })
    for (const part of parts) {
      if (!('deltas' in part)) continue
      for (const delta of part.deltas) {
        if (part.type === 'text') yield event('message', { answer: delta })
        else yield event('reasoning_chunk', { data: { reasoning: delta } })
      }
    }
    const cited = sourcesOf(reply)
    const retriever_resources = cited.map(({ url, title }) => ({
      document_id: url,
      document_name: title,
    }))
    const counts = { prompt_tokens: usage.input, completion_tokens: usage.output }
    yield event('message_end', { metadata: { usage: counts, retriever_resources } })
  },
}

function conversationId({ turns }: Heard): string {
  const said = turns.map((turn) => turn.said)
  return Buffer.from(JSON.stringify(said)).toString('base64url')
}

function saidBefore(id: string): Item[] {
  const said = parse(Buffer.from(id, 'base64url').toString())
  return list(said).map((each) => ({ said: text(each) }))
}
