import { anthropic } from '../../../src/protocols/anthropic.js'
import { receiveData, type Received } from '../receive.js'

export const start = {
  type: 'message_start',
  message: { id: 'a', model: 'm', usage: { input_tokens: 3 } },
}

export const stop = { type: 'message_stop' }

export function block(index: number, content_block: object, ...deltas: object[]): object[] {
  return [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

export function receiveBlocks(...blocks: object[][]): Received {
  return receiveData(anthropic(), start, ...blocks.flat(), stop)
}
