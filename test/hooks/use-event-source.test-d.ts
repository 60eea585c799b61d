// oxlint-disable vitest/expect-expect -- the compiler asserts what stands here
import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { useEventSource } from '../../src/hooks/use-event-source.js'
import { createEventStream } from '../../src/stores/event-stream.js'

interface Progress {
  percent: number
}
const schema = z.object({ percent: z.number() })

test('a handler may close the stream that it belongs to, however the data is parsed', () => {
  const text = useEventSource('/x', {
    onEvent: (_event, value) => value.endsWith('.') && text.close(),
    onError: () => text.close(),
  })
  expectTypeOf(text.data).toEqualTypeOf<string | undefined>()

  const json = useEventSource<Progress>('/x', {
    parse: 'json',
    events: {
      progress: (_event, { percent }) => console.log(percent),
      complete: () => json.close(),
    },
    onError: () => json.close(),
  })
  expectTypeOf(json.data).toEqualTypeOf<Progress | undefined>()

  const unknown = useEventSource('/x', { parse: 'json', onError: () => unknown.close() })
  expectTypeOf(unknown.data).toEqualTypeOf<unknown>()

  const made = useEventSource('/x', {
    parse: (data) => data.length,
    onEvent: (_event, value) => value.toFixed(),
    onError: () => made.close(),
  })
  expectTypeOf(made.data).toEqualTypeOf<number | undefined>()

  const checked = useEventSource('/x', {
    parse: schema,
    onEvent: (_event, value) => value.percent.toFixed(),
    onError: () => checked.close(),
  })
  expectTypeOf(checked.data).toEqualTypeOf<Progress | undefined>()

  const reduced = useEventSource('/x', {
    parse: schema,
    initial: 0,
    reduce: (state, _event, { percent }) => state + percent,
    onError: () => reduced.close(),
  })
  expectTypeOf(reduced.data).toEqualTypeOf<number>()
})

test('and so may one of a store outside React', () => {
  const stream = createEventStream<Progress>('https://example.test/', {
    parse: 'json',
    onEvent: (_event, { percent }) => console.log(percent),
    onError: () => stream.close(),
  })
  expectTypeOf(stream.getSnapshot().data).toEqualTypeOf<Progress | undefined>()
})

test('values have a type of their own only where something makes them', () => {
  // @ts-expect-error -- text
  useEventSource<Progress>('/x')
  // @ts-expect-error -- still text
  useEventSource<Progress>('/x', { closeOn: 'end' })
  // @ts-expect-error -- said to be text
  useEventSource<Progress>('/x', { parse: 'text' })
})

test('reduce and initial come together', () => {
  // @ts-expect-error -- no state to begin with
  useEventSource('/x', { reduce: (state: number) => state + 1 })
  // @ts-expect-error -- nothing that makes more of it
  useEventSource('/x', { initial: 5 })
})
