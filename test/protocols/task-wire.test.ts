/** Task streams as they are on the wire, byte by byte. */
import { describe, expect, test } from 'vitest'
import { a2a } from '../../src/protocols/a2a.js'
import { dockerProgress } from '../../src/protocols/docker-progress.js'
import { fal } from '../../src/protocols/fal.js'
import { gradio } from '../../src/protocols/gradio.js'
import { jsonProgress } from '../../src/protocols/json-progress.js'
import { kubernetesWatch } from '../../src/protocols/kubernetes-watch.js'
import { mcpProgress } from '../../src/protocols/mcp-progress.js'
import { ollamaPull } from '../../src/protocols/ollama-pull.js'
import { openaiBackground } from '../../src/protocols/openai-background.js'
import { progressEvents } from '../../src/protocols/progress-events.js'
import { replicate } from '../../src/protocols/replicate.js'
import type { TaskProtocol } from '../../src/protocols/types.js'
import { cutAt, cutOffsets, eachByte } from '../support/cuts.js'
import { receiveTask, type ReceivedTask } from './receive-task.js'
import { bytesOf, expectedOf, isOurs, wireCases, type WireCase } from './wire-cases.js'

interface Expected {
  progress: number | null
  status: 'done' | 'error' | 'processing'
  result: unknown
}

const protocols: Record<string, () => TaskProtocol> = {
  'task-replicate': replicate,
  'task-fal': fal,
  'task-gradio': gradio,
  'task-openai-background': openaiBackground,
  'task-mcp': () => mcpProgress({ token: 't1' }),
  'task-a2a': a2a,
  'task-docker': dockerProgress,
  'task-k8s-watch': kubernetesWatch,
  'task-ollama-pull': ollamaPull,
  'task-ndjson-generic': jsonProgress,
}

const cases = wireCases((format) => format.startsWith('task-'))

test('every format of a task has its protocol', () => {
  const formats = new Set(cases.map(({ format }) => format))
  expect([...formats].toSorted()).toEqual(Object.keys(protocols).toSorted())
})

describe.each(cases)('$format: $case', (wire) => {
  prove(wire, protocols[wire.format]!)
})

describe.each(cases.filter((wire) => isOurs(wire) && wire.file.endsWith('sse-events.sse')))(
  '$format: $case, which is the tutorials’ shape',
  (wire) => {
    prove(wire, progressEvents)
  },
)

function prove(wire: WireCase, make: () => TaskProtocol): void {
  const format = wire.file.endsWith('.ndjson') ? 'ndjson' : 'sse'
  const bytes = bytesOf(wire)
  const expected = expectedOf(wire) as Expected
  const whole = receiveTask(make(), format, [bytes])

  test('is the task that was meant', () => {
    const { progress, status, result, errors } = whole
    expect({ status, result, errors }).toEqual({ ...expected, progress: undefined, errors: [] })
    // Done is 100 %, whatever was said before.
    const isSaid = expected.progress !== null && status !== 'done'
    if (isSaid) expect(progress).toBeCloseTo(expected.progress!)
    else if (expected.progress === null) expect(progress).toBeNull()
  })

  test('is the same one byte at a time and cut in two anywhere', () => {
    const same = outcome(whole)
    expect(outcome(receiveTask(make(), format, eachByte(bytes)))).toBe(same)
    for (const at of cutOffsets(bytes)) {
      const cut = outcome(receiveTask(make(), format, cutAt(bytes, at)))
      if (cut !== same) expect.fail(`cut at byte ${at}: ${cut}`)
    }
  })

  test('lost anywhere, it is never called done with another result, nor failed', () => {
    const wrong = cutOffsets(bytes).filter((at) => {
      const begun = bytes.subarray(0, at)
      // Where nothing marks the end, a stream that ends between two records has ended.
      if (wire.ended === 'eof' && /[}\s]$/.test(new TextDecoder().decode(begun))) return false
      const lost = receiveTask(make(), format, [begun])
      const isRight = lost.status === 'processing' || outcome(lost) === outcome(whole)
      return !isRight || lost.errors.length > 1
    })
    expect(wrong).toEqual([])
  })
}

function outcome({ errors, error, ...task }: ReceivedTask): string {
  return JSON.stringify([task, error?.message, errors.map(({ message }) => message)])
}
