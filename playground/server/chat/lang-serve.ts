import { hear, known, messageItem } from './hear.js'
import { list } from './json.js'
import { messageChunks } from './langchain.js'
import type { ServedProtocol } from './served-protocol.js'

/** `/stream` of a chain whose last step is a chat model. */
export const langServe: ServedProtocol = {
  read: (body) => hear(list(body?.input?.messages).flatMap(messageItem), known),
  *write(reply) {
    yield { event: 'metadata', data: { run_id: reply.id } }
    for (const data of messageChunks(reply)) yield { event: 'data', data }
    yield { event: 'end', data: '' }
  },
}
