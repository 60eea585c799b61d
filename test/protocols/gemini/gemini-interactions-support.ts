import { geminiInteractions } from '../../../src/protocols/gemini-interactions.js'
import { receiveData, type Received } from '../receive.js'

export function completed(more: object = {}): object {
  return {
    event_type: 'interaction.completed',
    interaction: { id: 'i', status: 'completed', ...more },
  }
}

export function step(index: number, step: object, ...deltas: object[]): object[] {
  return [
    { event_type: 'step.start', index, step },
    ...deltas.map((delta) => ({ event_type: 'step.delta', index, delta })),
    { event_type: 'step.stop', index },
  ]
}

export function receiveEvents(...events: (object | string)[]): Received {
  return receiveData(geminiInteractions(), ...events)
}
