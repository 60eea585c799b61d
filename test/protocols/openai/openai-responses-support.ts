import { openaiResponses } from '../../../src/protocols/openai-responses.js'
import { receiveData, type Received } from '../receive.js'

export function event(name: string, more: object): object {
  return { type: `response.${name}`, ...more }
}

export function completed(more: object = {}): object {
  return event('completed', { response: { id: 'r', status: 'completed', ...more } })
}

export function receiveEvents(...events: (object | string)[]): Received {
  return receiveData(openaiResponses(), ...events)
}
