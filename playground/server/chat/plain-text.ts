import { hearMessages, none } from './hear.js'
import { deltasOf } from './reply.js'
import type { ServedProtocol } from './served-protocol.js'

export const plainText: ServedProtocol = {
  format: 'text',
  isUnmarked: true,
  read: (body) => hearMessages(body, none),
  *write(reply) {
    for (const data of deltasOf(reply)) yield { data }
  },
}
