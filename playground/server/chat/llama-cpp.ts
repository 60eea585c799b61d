import { hear, none } from './hear.js'
import { text } from './json.js'
import { deltasOf } from './reply.js'
import { transcriptItems } from './transcript.js'
import type { ServedProtocol } from './served-protocol.js'

/** `/completion` of llama.cpp's server. */
export const llamaCpp: ServedProtocol = {
  read: (body) => hear(transcriptItems(text(body?.prompt)), none),
  *write(reply) {
    for (const content of deltasOf(reply)) yield { data: { content, stop: false } }
    const { input: tokens_evaluated, output: tokens_predicted } = reply.usage
    yield {
      data: { content: '', stop: true, stop_type: 'eos', tokens_evaluated, tokens_predicted },
    }
  },
}
