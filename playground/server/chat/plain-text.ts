import { hear, messageItem, none } from './hear.js'
import { list } from './json.js'
import { deltasOf } from './reply.js'
import type { WireFormat } from './wire-format.js'

export const plainText: WireFormat = {
  framing: 'text',
  isUnmarked: true,
  read: (body) => hear(list(body?.messages).flatMap(messageItem), none),
  *write(reply) {
    for (const data of deltasOf(reply)) yield { data }
  },
}
