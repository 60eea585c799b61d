import { agUi } from '../../../src/protocols/ag-ui.js'
import type { MessagePart } from '../../../src/protocols/message/message.js'
import { receiveData, type Received } from '../receive.js'

export function receiveRun(...events: object[]): Received {
  return receiveData(agUi(), { type: 'RUN_STARTED', threadId: 't1', runId: 'r1' }, ...events)
}

export function partsOf(...events: object[]): readonly MessagePart[] {
  return receiveRun(...events).draft.snapshot().parts
}
