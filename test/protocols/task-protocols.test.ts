/** What holds of every task protocol, whatever a server sends. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { StreamError } from '../../src/errors.js'
import * as protocols from '../../src/protocols/index.js'
import type { TaskProtocol, TaskReader, TaskUpdate } from '../../src/protocols/types.js'

const all: [name: string, make: () => TaskProtocol][] = [
  ['progressEvents', protocols.progressEvents],
  ['jsonProgress', protocols.jsonProgress],
  ['replicate', protocols.replicate],
  ['fal', protocols.fal],
  ['gradio', protocols.gradio],
  ['openaiBackground', protocols.openaiBackground],
  ['mcpProgress', protocols.mcpProgress],
  ['a2a', protocols.a2a],
  ['dockerProgress', protocols.dockerProgress],
  ['kubernetesWatch', protocols.kubernetesWatch],
  ['ollamaPull', protocols.ollamaPull],
]

/** Field names and words that mean something to one protocol or another, with values of any kind. */
const names = fc.constantFrom(
  ...'type status msg object result error progress percent value max total completed digest'.split(
    ' ',
  ),
  ...'stage message logs output data done id method params kind artifact response delta'.split(' '),
  ...'progress_data index length success stream aux progressDetail current spec conditions'.split(
    ' ',
  ),
)
const words = fc.constantFrom(
  ...'progress complete done error succeeded failed COMPLETED IN_QUEUE process_completed'.split(
    ' ',
  ),
  ...'notifications/progress ADDED task artifact-update Downloading response.completed'.split(' '),
)
const { json } = fc.letrec<{ json: unknown; list: unknown[]; record: object }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, 1, -1, 45, 250, 0.5, 1e300, '45', '45%', '', 'x'),
    words,
    tie('list'),
    tie('record'),
  ),
  list: fc.array(tie('json'), { maxLength: 3 }),
  record: fc.dictionary(names, tie('json'), { maxKeys: 5 }),
}))
const data = fc.oneof(
  json.map((value) => JSON.stringify(value)),
  fc.string(),
  words,
)
const type = fc.oneof(
  fc.constantFrom('message', 'message', 'progress', 'complete', 'error', 'output', 'logs', 'ping'),
  fc.string(),
)

describe.each(all)('%s', (_, make) => {
  test('reads anything: an update, or an error of its own', () => {
    const anything = fc.property(fc.array(fc.tuple(type, data), { maxLength: 6 }), (events) => {
      const reader = make().reader()
      return events.every((event) => isReadable(reader, ...event)) && isUpdate(reader.end?.())
    })
    expect(() => fc.assert(anything, { numRuns: 500 })).not.toThrow()
  })

  test('has no memory of another task', () => {
    const protocol = make()
    const [first, second] = [protocol.reader(), protocol.reader()]
    first.read({ type: 'output', data: '"one"', lastEventId: '' })
    const fresh = make().reader().read({ type: 'output', data: '"two"', lastEventId: '' })
    expect(second.read({ type: 'output', data: '"two"', lastEventId: '' })).toEqual(fresh)
  })
})

function isReadable(reader: TaskReader, type: string, data: string): boolean {
  try {
    return isUpdate(reader.read({ type, data, lastEventId: '' }))
  } catch (error) {
    if (error instanceof StreamError) return true
    throw error
  }
}

function isUpdate(update: TaskUpdate | void): boolean {
  const { progress = 0, loaded = 0, total = 0, stage = '', logs = [], ...rest } = update ?? {}
  const { error, indeterminate = false, restarted = false } = rest
  return (
    [progress, loaded, total].every((each) => typeof each === 'number') &&
    [stage, ...logs].every((each) => typeof each === 'string') &&
    [indeterminate, restarted].every((each) => typeof each === 'boolean') &&
    (error === undefined || error instanceof StreamError)
  )
}
