import { describe, expect, test } from 'vitest'
import { createDraft } from '../../../src/protocols/message/draft.js'
import { type ToolCallPart } from '../../../src/protocols/message/message.js'

describe('a tool call', () => {
  test('is parsed when nothing more comes', () => {
    const draft = createDraft()
    const call = draft.openToolCall({ id: 'a', name: 'weather' })
    call.appendArgs('{"city":')
    expect(draft.snapshot().parts).toEqual([
      {
        type: 'tool-call',
        id: 'a',
        name: 'weather',
        args: {},
        argsText: '{"city":',
        state: 'streaming',
      },
    ])
    call.appendArgs('"Paris"}')
    expect(call.argsText).toBe('{"city":"Paris"}')
    expect(draft.snapshot(true).parts).toMatchObject([{ args: { city: 'Paris' }, state: 'ready' }])
  })

  test('has partial arguments while they stream', () => {
    const draft = createDraft()
    const call = draft.openToolCall({ id: 'a', name: 'weather' })
    const argsAfter = (delta: string): unknown => {
      call.appendArgs(delta)
      return (draft.snapshot().parts[0] as ToolCallPart).args
    }
    expect(argsAfter('')).toBeNull()
    const first = argsAfter('{"days":[1,2],"city":"Pa')
    const second = argsAfter('ris')
    expect([first, second]).toEqual([
      { days: [1, 2], city: 'Pa' },
      { days: [1, 2], city: 'Paris' },
    ])
    expect(argsAfter('')).toBe(second)
  })

  test('keeps its identity while nothing comes for it', () => {
    const draft = createDraft()
    draft.openToolCall({ id: 'a', name: 'f' }).appendArgs('{"a":[')
    const [before] = draft.snapshot().parts
    draft.appendText('Hm')
    expect(draft.snapshot().parts[0]).toBe(before)
  })

  test('has what the backend says that its arguments are, and not its text', () => {
    const draft = createDraft()
    const call = draft.openToolCall({ id: 'a', name: 'f' })
    call.appendArgs('{"a":')
    call.update({ args: { a: 1 } })
    expect(draft.snapshot().parts).toMatchObject([{ args: { a: 1 }, state: 'streaming' }])
    expect(draft.snapshot(true).parts).toMatchObject([{ args: { a: 1 }, state: 'ready' }])
  })

  test('keeps the arguments that the backend says, whatever else it says later', () => {
    const draft = createDraft()
    const call = draft.openToolCall({ name: 'weather' })
    call.update({ args: { city: 'Paris' } })
    call.update({ state: 'done', result: 20 })
    expect(draft.snapshot(true).parts).toMatchObject([{ args: { city: 'Paris' }, result: 20 }])
  })

  test('whose text was replaced has the arguments of the new one', () => {
    const draft = createDraft()
    const call = draft.openToolCall({ id: 'a', name: 'f' })
    call.update({ argsText: '{"a":[1' })
    call.update({ argsText: '{"a":[1,2],"b":"' })
    expect(draft.snapshot().parts).toMatchObject([{ args: { a: [1, 2], b: '' } }])
  })

  test('that was taken back does not write over what took its place', () => {
    const draft = createDraft()
    draft.openToolCall({ id: 'a', name: 'f' }).appendArgs('{"a":1')
    draft.truncate(0)
    draft.appendText('Kept')
    expect(draft.snapshot(true).parts).toEqual([{ type: 'text', text: 'Kept' }])
  })

  test('without arguments has none', () => {
    const draft = createDraft()
    draft.openToolCall({ id: 'a', name: 'now' })
    expect(draft.snapshot(true).parts).toMatchObject([{ args: {}, state: 'ready' }])
  })

  test.each(['length', 'content-filter', 'error'] as const)(
    'that was cut before its arguments is an error (%s)',
    (finishReason) => {
      const draft = createDraft()
      draft.openToolCall({ id: 'a', name: 'now' })
      draft.openToolCall({ id: 'b', name: 'write' })
      draft.finish(finishReason)
      expect(draft.snapshot(true).parts).toMatchObject([
        { args: {}, state: 'ready' },
        { args: null, state: 'error' },
      ])
    },
  )

  test('whose arguments are no JSON is an error, and keeps their text', () => {
    const draft = createDraft()
    draft.openToolCall({ id: 'a', name: 'f' }).appendArgs('{"city":"Par')
    expect(draft.snapshot(true).parts).toMatchObject([
      {
        args: null,
        argsText: '{"city":"Par',
        state: 'error',
        error: 'Expected arguments in JSON, got {"city":"Par',
      },
    ])
  })

  test('that the backend runs stays as it says, and has its arguments', () => {
    const draft = createDraft()
    const call = draft.openToolCall({ id: 'a', name: 'f' })
    call.appendArgs('{"city":"Paris"}')
    call.update({ state: 'done', result: 21 })
    const broken = draft.openToolCall({ id: 'b', name: 'g' })
    broken.appendArgs('{')
    broken.update({ state: 'running' })
    expect(draft.snapshot(true).parts).toMatchObject([
      { args: { city: 'Paris' }, state: 'done', result: 21 },
      { args: null, state: 'running' },
    ])
  })

  test('without an id gets one, and one for each', () => {
    const draft = createDraft()
    draft.openToolCall({ name: 'f' }).update({ name: 'g' })
    draft.openToolCall({ id: '', name: 'f' })
    expect(draft.snapshot().parts).toMatchObject([
      { id: 'call-1', name: 'g' },
      { id: 'call-2', name: 'f' },
    ])
  })
})
