// oxlint-disable vitest/expect-expect -- the compiler asserts what stands here
import {
  createEventStream,
  useEventSource,
  type EventStream,
  type EventStreamOptions,
  type HookOptions,
  type StreamError,
  type StreamEvent,
  type StreamStatus,
} from 'brooklet'
import { type } from 'arktype'
import * as v from 'valibot'
import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'

interface Reading {
  cpu: number
}

test('data is text by default', () => {
  expectTypeOf(useEventSource('/x').data).toEqualTypeOf<string | undefined>()
  expectTypeOf(useEventSource('/x', {}).data).toEqualTypeOf<string | undefined>()
  expectTypeOf(useEventSource('/x', { parse: 'text' }).data).toEqualTypeOf<string | undefined>()
  expectTypeOf(useEventSource('/x', { closeOn: 'end', enabled: true }).data).toEqualTypeOf<
    string | undefined
  >()
})

test('options may be undefined, where they hang on a condition', () => {
  const isShort = Math.random() < 0.5
  const { data } = useEventSource('/x', isShort ? { closeOn: 'end' } : undefined)
  expectTypeOf(data).toEqualTypeOf<string | undefined>()
})

test('JSON is unknown until the page says what it is', () => {
  expectTypeOf(useEventSource('/x', { parse: 'json' }).data).toEqualTypeOf<unknown>()
  expectTypeOf(useEventSource<Reading>('/x', { parse: 'json' }).data).toEqualTypeOf<
    Reading | undefined
  >()
})

test('a parse function says what data is', () => {
  const { data } = useEventSource('/x', { parse: (text) => text.length })
  expectTypeOf(data).toEqualTypeOf<number | undefined>()
  const dates = useEventSource('/x', { parse: (text, event) => new Date(text + event.type) })
  expectTypeOf(dates.data).toEqualTypeOf<Date | undefined>()
})

test('a schema says what data is: its output', () => {
  const schema = z.object({ cpu: z.number(), at: z.string().transform((text) => new Date(text)) })
  const { data } = useEventSource('/x', { parse: schema })
  expectTypeOf(data).toEqualTypeOf<{ cpu: number; at: Date } | undefined>()
})

test('so does one of valibot, and of arktype, whose schemas are functions as well', () => {
  useEventSource('/x', {
    parse: v.object({ cpu: v.number() }),
    onEvent: (_, value) => expectTypeOf(value).toEqualTypeOf<Reading>(),
  })
  const { data } = useEventSource('/x', {
    parse: type({ cpu: 'number' }),
    events: { reading: (_, value) => expectTypeOf(value).toEqualTypeOf<Reading>() },
  })
  expectTypeOf(data).toEqualTypeOf<Reading | undefined>()
  const { data: highest } = useEventSource('/x', {
    parse: type({ cpu: 'number' }),
    initial: 0,
    reduce: (most, _, { cpu }) => Math.max(most, cpu),
  })
  expectTypeOf(highest).toEqualTypeOf<number>()
})

test('a hook of its own hands on what it was given: a function, a schema, or options', () => {
  function useParsed<T>(parse: (text: string) => T): T | undefined {
    return useEventSource('/x', { parse }).data
  }
  function useChecked<T>(parse: z.ZodType<T>): T | undefined {
    return useEventSource('/x', { parse }).data
  }
  function useJson<T>(options?: EventStreamOptions<T> & HookOptions): T | undefined {
    return useEventSource<T>('/x', { ...options, parse: 'json' }).data
  }
  function useText(options?: EventStreamOptions<string>): string | undefined {
    return useEventSource('/x', options).data
  }
  expectTypeOf(useJson<Reading>({ enabled: false })).toEqualTypeOf<Reading | undefined>()
  useText({ closeOn: 'end', onEvent: (_, value) => value.length })
  expectTypeOf(useParsed(Number)).toEqualTypeOf<number | undefined>()
  expectTypeOf(useChecked(z.string())).toEqualTypeOf<string | undefined>()
})

test('with initial and reduce, data is the state, never undefined', () => {
  const { data: list } = useEventSource('/x', {
    initial: [] as string[],
    reduce(state, event, value) {
      expectTypeOf(state).toEqualTypeOf<string[]>()
      expectTypeOf(event).toEqualTypeOf<StreamEvent>()
      expectTypeOf(value).toEqualTypeOf<string>()
      return [...state, value]
    },
  })
  expectTypeOf(list).toEqualTypeOf<string[]>()

  const { data: count } = useEventSource('/x', { initial: 0, reduce: (sum) => sum + 1 })
  expectTypeOf(count).toEqualTypeOf<number>()

  const { data: highest } = useEventSource('/x', {
    parse: z.object({ cpu: z.number() }),
    initial: 0,
    reduce: (most, _, { cpu }) => Math.max(most, cpu),
  })
  expectTypeOf(highest).toEqualTypeOf<number>()

  const { data: readings } = useEventSource('/x', {
    parse: 'json',
    initial: [] as Reading[],
    reduce: (all, _, value: Reading) => [...all, value],
  })
  expectTypeOf(readings).toEqualTypeOf<Reading[]>()

  const { data: both } = useEventSource<Reading, Reading[]>('/x', {
    parse: 'json',
    initial: [],
    reduce: (all, _, value) => [...all, value],
  })
  expectTypeOf(both).toEqualTypeOf<Reading[]>()
})

test('handlers get the value that parse makes', () => {
  useEventSource('/x', {
    events: {
      progress(event, value) {
        expectTypeOf(event).toEqualTypeOf<StreamEvent>()
        expectTypeOf(value).toEqualTypeOf<string>()
      },
    },
    onEvent: (_, value) => expectTypeOf(value).toEqualTypeOf<string>(),
    onOpen: (response) => expectTypeOf(response).toEqualTypeOf<Response>(),
    onError: (error) => expectTypeOf(error).toEqualTypeOf<StreamError>(),
    onClose: () => {},
  })
  useEventSource('/x', {
    parse: z.object({ cpu: z.number() }),
    events: { reading: (_, value) => expectTypeOf(value).toEqualTypeOf<{ cpu: number }>() },
    onEvent: (_, value) => expectTypeOf(value).toEqualTypeOf<{ cpu: number }>(),
  })
  useEventSource<Reading>('/x', {
    parse: 'json',
    events: { reading: (_, value) => expectTypeOf(value).toEqualTypeOf<Reading>() },
  })
  useEventSource('/x', {
    parse: 'json',
    events: { reading: (_, value) => expectTypeOf(value).toEqualTypeOf<unknown>() },
  })
})

test('a handler may close the stream that it belongs to, however the data is parsed', () => {
  const text = useEventSource('/x', {
    onEvent: (_, value) => value.endsWith('.') && text.close(),
    onError: () => text.close(),
  })
  expectTypeOf(text.data).toEqualTypeOf<string | undefined>()

  const json = useEventSource<Reading>('/x', {
    parse: 'json',
    events: { reading: (_, { cpu }) => cpu > 1 && json.close() },
    onError: () => json.close(),
  })
  expectTypeOf(json.data).toEqualTypeOf<Reading | undefined>()

  const unknown = useEventSource('/x', { parse: 'json', onError: () => unknown.close() })
  expectTypeOf(unknown.data).toEqualTypeOf<unknown>()

  const made = useEventSource('/x', {
    parse: (data) => data.length,
    onEvent: (_, value) => value > 1 && made.close(),
  })
  expectTypeOf(made.data).toEqualTypeOf<number | undefined>()

  const checked = useEventSource('/x', {
    parse: z.object({ cpu: z.number() }),
    onEvent: (_, { cpu }) => cpu > 1 && checked.close(),
  })
  expectTypeOf(checked.data).toEqualTypeOf<Reading | undefined>()

  const reduced = useEventSource('/x', {
    parse: z.object({ cpu: z.number() }),
    initial: 0,
    reduce: (most, _, { cpu }) => Math.max(most, cpu),
    onError: () => reduced.close(),
  })
  expectTypeOf(reduced.data).toEqualTypeOf<number>()

  const stream = createEventStream<Reading>('/x', {
    parse: 'json',
    onEvent: (_, { cpu }) => cpu > 1 && stream.close(),
  })
  expectTypeOf(stream.getSnapshot().data).toEqualTypeOf<Reading | undefined>()
})

test('a handler that was written for EventSource fits as it is', () => {
  const handler = (event: MessageEvent<string>): void => console.log(event.data)
  useEventSource('/x', { events: { progress: handler }, onEvent: handler })
})

test('the rest of the result', () => {
  const { data: _, open, close, ...rest } = useEventSource('/x')
  expectTypeOf(open).toEqualTypeOf<() => void>()
  expectTypeOf(close).toEqualTypeOf<() => void>()
  expectTypeOf(rest).toEqualTypeOf<{
    status: StreamStatus
    lastEvent: StreamEvent | undefined
    error: StreamError | undefined
    attempt: number
    retryAt: number | undefined
    lastEventId: string
  }>()
  expectTypeOf<StreamStatus>().toEqualTypeOf<
    'idle' | 'connecting' | 'open' | 'reconnecting' | 'closed' | 'failed'
  >()
})

test('a URL may be an object, or not known yet', () => {
  useEventSource(new URL('https://x.test'))
  useEventSource(null)
  useEventSource(undefined)
  // @ts-expect-error -- no URL
  useEventSource(5)
})

test('createEventStream infers as the hook does, and the hook takes what it makes', () => {
  expectTypeOf(createEventStream('/x')).toEqualTypeOf<EventStream<string | undefined>>()
  createEventStream(new URL('https://x.test'), { parse: 'json' })
  expectTypeOf(createEventStream<Reading>('/x', { parse: 'json' })).toEqualTypeOf<
    EventStream<Reading | undefined>
  >()
  const stream = createEventStream('/x', {
    parse: z.object({ cpu: z.number() }),
    initial: 0,
    reduce: (most, _, { cpu }) => Math.max(most, cpu),
  })
  expectTypeOf(stream).toEqualTypeOf<EventStream<number>>()
  expectTypeOf(stream.getSnapshot().data).toEqualTypeOf<number>()
  expectTypeOf(useEventSource(stream).data).toEqualTypeOf<number>()
})

test('headers, body, retry and closeOn in all their forms', () => {
  useEventSource('/x', { headers: { a: 'b' }, retry: false, closeOn: 'end' })
  useEventSource('/x', { headers: () => [['a', 'b']], body: { a: 1 }, closeOn: ['end', 'close'] })
  useEventSource('/x', {
    headers: async () => new Headers(),
    body: () => new URLSearchParams(),
    retry: { attempts: 2, shouldRetry: (error, attempt) => error.retryable && attempt < 2 },
    closeOn: (event) => event.data === '[DONE]',
  })
})

test('what is wrong does not compile', () => {
  // @ts-expect-error -- an unknown option
  useEventSource('/x', { closeOm: 'end' })
  // @ts-expect-error -- a number is no terminal event
  useEventSource('/x', { closeOn: 5 })
  // @ts-expect-error -- reduce without a state to begin with
  useEventSource('/x', { reduce: (state: number) => state })
  // @ts-expect-error -- a state, and nothing that makes more of it
  useEventSource('/x', { initial: 5 })
  // @ts-expect-error -- an unknown way to parse
  useEventSource('/x', { parse: 'xml' })
  // @ts-expect-error -- retrying is the default
  useEventSource('/x', { retry: true })
  // @ts-expect-error -- an unknown format
  useEventSource('/x', { format: 'csv' })
  // @ts-expect-error -- text, not a number
  useEventSource('/x', { onEvent: (_, value: number) => value })
  // @ts-expect-error -- the values are not of the type that the schema makes
  useEventSource('/x', { parse: z.number(), onEvent: (_, value: string) => value })
  // @ts-expect-error -- the state is a number
  useEventSource('/x', { initial: 0, reduce: () => 'text' })
  // @ts-expect-error -- the status is none of these
  expectTypeOf(useEventSource('/x').status).toEqualTypeOf<'loading'>()
  // @ts-expect-error -- text has no type of its own to choose
  useEventSource<Reading>('/x')
  // @ts-expect-error -- still text
  useEventSource<Reading>('/x', { closeOn: 'end' })
  // @ts-expect-error -- said to be text
  useEventSource<Reading>('/x', { parse: 'text' })
  // @ts-expect-error -- a store has its options already
  useEventSource(createEventStream('/x'), { closeOn: 'end' })
})
