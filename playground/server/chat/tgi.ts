import { hear, none } from './hear.js'
import { text } from './json.js'
import { deltasOf } from './reply.js'
import { transcriptItems } from './transcript.js'
import type { ServedProtocol } from './served-protocol.js'

/** Tokens; with the last one come the whole text and the counts. */
export const tgi: ServedProtocol = {
  read: (body) => hear(transcriptItems(text(body?.inputs)), none),
  *write(reply) {
    const deltas = deltasOf(reply)
    for (const [index, delta] of deltas.entries()) {
      const token = { id: index, text: delta, logprob: 0, special: false }
      yield { data: { index, token, generated_text: null, details: null } }
    }
    const { input: input_length, output: generated_tokens } = reply.usage
    yield {
      data: {
        index: deltas.length,
        token: { id: 2, text: '</s>', logprob: 0, special: true },
        generated_text: deltas.join(''),
        details: { finish_reason: 'eos_token', generated_tokens, input_length },
      },
    }
  },
}
