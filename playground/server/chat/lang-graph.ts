import { hear, known, messageItem } from './hear.js'
import { list } from './json.js'
import { messageChunks } from './langchain.js'
import type { ServedProtocol } from './served-protocol.js'

/** A run with the stream mode `messages-tuple`. */
export const langGraph: ServedProtocol = {
  read: (body) => hear(list(body?.input?.messages).flatMap(messageItem), known),
  *write(reply) {
    yield { event: 'metadata', data: { run_id: reply.id, attempt: 1 } }
    for (const chunk of messageChunks(reply)) {
      yield { event: 'messages', data: [chunk, { langgraph_node: 'master' }] }
    }
    yield { event: 'end', data: 'null' }
  },
}
