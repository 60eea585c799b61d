import { StreamError, useStreamChat, useTaskManager, type StreamEvent } from 'brooklet'
import type * as protocols from 'brooklet/protocols'
import type {
  ChatProtocol,
  ChatReader,
  ChatTurn,
  MessageDraft,
  ReplyInfo,
  TaskProtocol,
  TaskUpdate,
} from 'brooklet/protocols'
import { expectTypeOf, test } from 'vitest'

test('a protocol for a chat: what it is given, and what it may answer', () => {
  const mine: ChatProtocol = {
    format: 'ndjson',
    request(turn) {
      expectTypeOf(turn).toEqualTypeOf<ChatTurn>()
      return { url: '/other', headers: { 'x-a': 'b' }, body: { messages: turn.messages } }
    },
    reader(reply) {
      expectTypeOf(reply).toEqualTypeOf<ReplyInfo>()
      return {
        read(event, draft) {
          expectTypeOf(event).toEqualTypeOf<StreamEvent>()
          expectTypeOf(draft).toEqualTypeOf<MessageDraft>()
          if (event.type === 'failed') draft.fail(new StreamError('protocol', event.data))
          if (event.type === 'end') return 'complete'
          draft.appendText(event.data)
        },
        end: () => 'cut',
      }
    },
    errorMessage: (body, status) => `${status}: ${body}`,
  }
  useStreamChat({ protocol: mine })
  // @ts-expect-error -- a protocol of chats
  useTaskManager({ protocol: mine })
  // @ts-expect-error -- what would be at the end?
  const endless: ChatReader = { read() {} }
  // @ts-expect-error -- no such end
  const odd: ChatReader = { read: () => 'done', end: () => 'complete' }
  expectTypeOf([endless, odd]).toEqualTypeOf<ChatReader[]>()
})

test('a protocol for tasks', () => {
  const mine: TaskProtocol = {
    reader: () => ({
      read({ type, data }) {
        if (type === 'end') return { done: { result: JSON.parse(data) as unknown } }
        return { progress: Number(data), stage: 'Working' }
      },
    }),
  }
  useTaskManager({ protocol: mine })
  expectTypeOf<TaskUpdate['progress']>().toEqualTypeOf<number | undefined>()
  // @ts-expect-error -- a number
  const wrong: TaskProtocol = { reader: () => ({ read: () => ({ progress: '5' }) }) }
  expectTypeOf(wrong).toEqualTypeOf<TaskProtocol>()
})

test('nothing is named there that is not there', () => {
  expectTypeOf<'textOf'>().not.toExtend<keyof typeof protocols>()
  expectTypeOf<protocols.StreamErrorCode>().toEqualTypeOf<StreamError['code']>()
})
