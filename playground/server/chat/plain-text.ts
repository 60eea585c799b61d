import { hearMessages, none } from './hear.js'
import { deltasOf } from './reply.js'
import type { WireFormat } from './wire-format.js'

export const plainText: WireFormat = {
  framing: 'text',
  isUnmarked: true,
  read: (body) => hearMessages(body, none),
  *write(reply) {
    for (const data of deltasOf(reply)) yield { data }
  },
}
