import { hearMessages, none } from './hear.js'
import { deltasOf } from './reply.js'
import type { ServedProtocol } from './served-protocol.js'

/** `{ "content": "…" }` for each delta, `[DONE]` at the end. */
export const tutorial: ServedProtocol = {
  read: (body) => hearMessages(body, none),
  *write(reply) {
    for (const content of deltasOf(reply)) yield { data: { content } }
    yield { data: '[DONE]' }
  },
}
