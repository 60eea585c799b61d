import { gemini } from '../../../src/protocols/gemini.js'
import { receiveData, type Received } from '../receive.js'

export function chunk(parts: object[], more: object = {}): object {
  return { candidates: [{ content: { role: 'model', parts }, ...more }] }
}

export const stop = chunk([], { finishReason: 'STOP' })

export function receiveParts(...parts: object[]): Received {
  return receiveData(gemini(), ...parts.map((part) => chunk([part])), stop)
}
