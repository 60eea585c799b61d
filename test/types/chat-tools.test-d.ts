import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import {
  createChatTools,
  tool,
  toolCallOf,
  useChatTools,
  type Chat,
  type MessagePart,
  type TypedToolCall,
} from '../../src/index.js'
import { openaiChat, withTools } from '../../src/protocols/index.js'

declare const chat: Chat
declare const part: MessagePart

interface City {
  city: string
}

describe('the input of a tool is what its schema says', () => {
  test('of zod, what it makes of the arguments', () => {
    tool({
      input: z.object({ city: z.string(), days: z.string().transform(Number) }),
      needsApproval: (input) => {
        expectTypeOf(input).toEqualTypeOf<{ city: string; days: number }>()
        return input.days > 3
      },
      execute: (input, { signal }) => {
        expectTypeOf(input).toEqualTypeOf<{ city: string; days: number }>()
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      },
    })
  })

  test('of valibot and of arktype', () => {
    tool({
      input: v.object({ city: v.string() }),
      execute: (input) => expectTypeOf(input).toEqualTypeOf<City>(),
    })
    tool({
      input: type({ city: 'string' }),
      execute: (input) => expectTypeOf(input).toEqualTypeOf<City>(),
    })
  })

  test('without one, nobody knows', () => {
    tool({ execute: (input) => expectTypeOf(input).toBeUnknown() })
  })
})

const tools = {
  weather: tool({
    input: z.object({ city: z.string(), days: z.string().transform(Number) }),
    execute: async ({ days }) => ({ celsius: days }),
  }),
  pick: tool({ input: v.object({ from: v.array(v.string()) }) }),
  now: tool({ execute: () => 12 }),
}

test('any set of tools is accepted', () => {
  expectTypeOf(createChatTools).toBeCallableWith(chat, tools)
  useChatTools(chat, tools, { maxRounds: 3 })
  withTools(openaiChat(), { weather: tools.weather, now: tools.now })
  // @ts-expect-error what is no tool
  createChatTools(chat, { weather: 1 })
  // @ts-expect-error input that the schema does not give
  tool({ input: z.object({ city: z.string() }), execute: ({ town }) => town })
})

test('a call is known by its name and state', () => {
  const call = toolCallOf(tools, part)
  expectTypeOf(call?.name).toEqualTypeOf<'weather' | 'pick' | 'now' | undefined>()
  if (call?.name === 'weather') {
    expectTypeOf(call.args).toBeUnknown()
    if (call.state === 'done') {
      expectTypeOf(call.args).toEqualTypeOf<{ city: string; days: string }>()
      expectTypeOf(call.result).toEqualTypeOf<{ celsius: number }>()
      type Args = { city: string; days: string }
      type Done = TypedToolCall<'weather', 'done', Args, { celsius: number }>
      expectTypeOf(call).toEqualTypeOf<Done>()
    }
    if (call.state === 'approval') expectTypeOf(call.args.city).toEqualTypeOf<string>()
    if (call.state === 'streaming') expectTypeOf(call.result).toEqualTypeOf<undefined>()
  }
  if (call?.name === 'now' && call.state === 'done') {
    expectTypeOf(call.result).toEqualTypeOf<number>()
  }
  if (call?.name === 'pick' && call.state === 'done') {
    expectTypeOf(call.args).toEqualTypeOf<{ from: string[] }>()
    expectTypeOf(call.result).toBeUnknown()
  }
})
