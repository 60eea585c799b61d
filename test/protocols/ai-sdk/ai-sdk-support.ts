import { aiSdk } from '../../../src/protocols/ai-sdk.js'
import type { MessagePart } from '../../../src/protocols/message/message.js'
import { receiveData, type Received } from '../receive.js'

export const tool = { toolCallId: 'c1', toolName: 'weather' }

export function receiveChunks(...chunks: object[]): Received {
  return receiveData(aiSdk(), ...chunks)
}

export function partsOf(...chunks: object[]): readonly MessagePart[] {
  return receiveChunks(...chunks).draft.snapshot().parts
}
