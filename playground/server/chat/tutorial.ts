import { hearMessages, none } from './hear.js'
import { deltasOf } from './reply.js'
import type { WireFormat } from './wire-format.js'

/** `{ "content": "…" }` for each delta, `[DONE]` at the end. */
export const tutorial: WireFormat = {
  read: (body) => hearMessages(body, none),
  *write(reply) {
    for (const content of deltasOf(reply)) yield { data: { content } }
    yield { data: '[DONE]' }
  },
}
