import * as brooklet from 'brooklet'
import * as core from 'brooklet/core'
import {
  StreamError,
  createParser,
  detectFormat,
  readEvents,
  type Parser,
  type StreamEvent,
  type StreamFormat,
} from 'brooklet/parser'
import { expectTypeOf, test } from 'vitest'

test('the parser of a format hands on events', () => {
  const parser = createParser('sse', {
    onEvent: (event) => expectTypeOf(event).toEqualTypeOf<StreamEvent>(),
    onRetry: (milliseconds) => expectTypeOf(milliseconds).toEqualTypeOf<number>(),
    onComment: (text) => expectTypeOf(text).toEqualTypeOf<string>(),
  })
  expectTypeOf(parser).toEqualTypeOf<Parser>()
  expectTypeOf(parser.push).toEqualTypeOf<(chunk: Uint8Array | string) => void>()
  expectTypeOf(parser.end()).toEqualTypeOf<StreamEvent | undefined>()
  expectTypeOf(parser.lastEventId).toEqualTypeOf<string>()
  expectTypeOf<StreamFormat>().toEqualTypeOf<'sse' | 'ndjson' | 'json-seq' | 'text'>()
  // @ts-expect-error -- an unknown format
  createParser('csv', { onEvent() {} })
  // @ts-expect-error -- nobody listens
  createParser('sse', {})
})

test('readEvents reads a response or a stream of bytes', () => {
  const events = readEvents(new Response(), { format: 'ndjson' })
  expectTypeOf(events).toEqualTypeOf<AsyncGenerator<StreamEvent, void>>()
  void readEvents(new ReadableStream<Uint8Array>())
  expectTypeOf(detectFormat).toEqualTypeOf<
    (contentType: string | null) => StreamFormat | undefined
  >()
})

test('an event has the fields of the MessageEvent that handlers read', () => {
  expectTypeOf<StreamEvent>().toEqualTypeOf<{ type: string; data: string; lastEventId: string }>()
  expectTypeOf<MessageEvent<string>>().toExtend<StreamEvent>()
})

test('the error of every entry is the same one', () => {
  expectTypeOf<brooklet.StreamError>().toEqualTypeOf<StreamError>()
  expectTypeOf<core.StreamError>().toEqualTypeOf<StreamError>()
  expectTypeOf<StreamError>().toExtend<Error>()
  expectTypeOf<StreamError['code']>().toEqualTypeOf<
    | 'network'
    | 'http'
    | 'content-type'
    | 'timeout'
    | 'parse'
    | 'protocol'
    | 'incomplete'
    | 'too-large'
    | 'busy'
    | 'invalid-option'
    | 'storage'
    | 'aborted'
  >()
  expectTypeOf<
    Pick<StreamError, 'url' | 'status' | 'body' | 'hint' | 'retryable'>
  >().toEqualTypeOf<{
    readonly url?: string
    readonly status?: number
    readonly body?: string
    readonly hint?: string
    readonly retryable: boolean
  }>()
})

test('a page without React names what it handles by the entry that has it', () => {
  expectTypeOf<core.StreamEvent>().toEqualTypeOf<StreamEvent>()
  expectTypeOf<core.ChatMessage>().toEqualTypeOf<brooklet.ChatMessage>()
  expectTypeOf<core.ChatOptions['protocol']>().toEqualTypeOf<core.ChatProtocol | undefined>()
  expectTypeOf<core.TaskManagerOptions>().toExtend<core.RequestOptions>()
})

test('a store is a snapshot, and word of its changes', () => {
  for (const store of [core.createEventStream('/x'), core.createChat(), core.createTaskManager()]) {
    expectTypeOf(store.subscribe(() => {})).toEqualTypeOf<() => void>()
    expectTypeOf(store.getSnapshot).toBeFunction()
  }
  expectTypeOf(brooklet.createChat).toEqualTypeOf(core.createChat)
})
