// What may be left out may be `undefined` too, such as an optional prop that a component passes on.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConsumer, type Consumer } from './consumer.js'

let consumer: Consumer
beforeAll(async () => void (consumer = await createConsumer()), 120_000)
afterAll(() => consumer?.remove())

const strictness = { lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [], skipLibCheck: true }

test('every option may be undefined, and every field of what a page may make itself', async () => {
  const core = `ChatInputHandlers ChatInputOptions ChatMessage ChatOptions ChatToolsOptions
    EventStreamHandlers<string> EventStreamOptions<string> FromAnswerOptions HookOptions
    MessageInput MessagePart MultiplexedOptions ReadFilesOptions RequestOptions RetryOptions
    SavedBranches SmoothTextOptions StorageOptions StreamErrorDetails StreamObjectOptions<string>
    SubscriptionOptions TaskManagerOptions Tool ToolApproval Usage UserInput`
  const names = {
    core,
    eventsource: 'EventSourceInit',
    parser: 'ParserHandlers ParserOptions ReadEventsOptions',
    protocols: `ChatProtocol ChatRequest ChatTurn ModelOptions OfferedTool ReplyInfo TaskProtocol
      TaskUpdate ToolSpec UiMessage`,
    server: `ChatHandlerOptions EventFields EventStreamOptions LoggedEvent MemoryStoreOptions
      RedisStoreOptions StreamResponseOptions StreamsOptions TaskHandlerOptions`,
    testing: 'EventFields OpenOptions StreamServerOptions',
  }
  const fields = Object.entries(names).flatMap(([entry, list]) =>
    list.split(/\s+/).map((name) => `  '${entry}.${name}': Accepts<${entry}.${name}>`),
  )
  const code = `
    import type * as core from 'brooklet'
    import type * as eventsource from 'brooklet/eventsource'
    import type * as parser from 'brooklet/parser'
    import type * as protocols from 'brooklet/protocols'
    import type * as server from 'brooklet/server'
    import type * as testing from 'brooklet/testing'

    type Passed<Options> = Options extends unknown
      ? {
          [Name in keyof Options]: {} extends Pick<Options, Name>
            ? Options[Name] | undefined
            : Options[Name]
        }
      : never
    type Accepts<Options> = [Passed<Options>] extends [Options] ? true : false

    type First<Takes> = Takes extends (...given: infer Given) => unknown ? NonNullable<Given[0]> : {}

    type Factory = Exclude<keyof typeof protocols, 'fromUiMessages'>

    interface All {
      ${fields.join('\n')}
      protocols: {
        [Name in Factory]: Accepts<First<(typeof protocols)[Name]>>
      }[Factory]
      startTask: Accepts<NonNullable<Parameters<core.TaskManager['startTask']>[1]>>
      useStreamAnnouncer: Accepts<Parameters<typeof core.useStreamAnnouncer>[0]>
      texts: Accepts<NonNullable<Parameters<typeof core.useStreamAnnouncer>[1]>>
    }
    export const refused: { [Name in keyof All as All[Name] extends true ? never : Name]: All[Name] } = {}
  `
  expect(await consumer.compile([code], strictness)).toBe('')
})

describe.each([true, false])(
  'with exactOptionalPropertyTypes: %s',
  (exactOptionalPropertyTypes) => {
    const compile = (code: string) =>
      consumer.compile([code], { ...strictness, exactOptionalPropertyTypes })

    test('what is passed on leaves all to be inferred that is not', async () => {
      const code = `
      import { createEventStream, createTaskManager, useChatTools, useEventSource, useStreamChat } from 'brooklet'
      import { createChat, tool, type Chat, type StreamError, type StreamEvent, type Task } from 'brooklet'
      import { z } from 'zod'

      type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
      declare function is<A, B>(same: Same<A, B>): void
      interface Props {
        isOn: boolean
        onText?: (event: StreamEvent, value: string) => void
        onMessage?: (event: MessageEvent<string>) => void
        onError?: (error: StreamError) => void
        onTask?: (task: Task<Price>) => void
        merge?: (state: Price | undefined, event: StreamEvent, value: Price) => Price
        first?: Price
        log?: (state: string[], event: StreamEvent, value: string) => string[]
        input?: { retries?: number; run?: (input: { city: string }) => string }
      }
      interface Price {
        amount: number
      }
      const price = z.object({ amount: z.number() })

      export function usePassedOn({ isOn, ...props }: Props, chat: Chat) {
        const { onError, onText, onMessage } = props
        const text = useEventSource('/x', { onEvent: onText, onError, events: { a: onText, b: onMessage } })
        is<typeof text.data, string | undefined>(true)
        const checked = useEventSource('/x', {
          parse: price,
          onError: isOn ? () => checked.close() : undefined,
          onEvent: isOn ? (_, value) => is<typeof value, Price>(true) : undefined,
          events: { a: isOn ? (_, value) => is<typeof value, Price>(true) : undefined, b: undefined },
        })
        is<typeof checked.data, Price | undefined>(true)
        const lines = useEventSource('/x', {
          onError,
          initial: [] as string[],
          reduce: (state, _, value) => [...state, value],
        })
        is<typeof lines.data, string[]>(true)
        const merged = useEventSource('/x', { parse: price, initial: props.first, reduce: props.merge })
        is<typeof merged.data, Price | undefined>(true)
        const stream = createEventStream('/x', { parse: price, initial: props.first, reduce: props.merge })
        is<ReturnType<typeof stream.getSnapshot>['data'], Price | undefined>(true)
        const either = useEventSource<string, string[] | string | undefined>('/x', {
          initial: undefined,
          reduce: props.log,
        })
        is<typeof either.data, string[] | string | undefined>(true)

        useStreamChat({ onError, retry: { shouldRetry: undefined }, onFinish: undefined })
        const tasks = createTaskManager({ onTaskDone: props.onTask, weight: undefined })
        is<ReturnType<typeof tasks.getSnapshot>['tasks'], ReadonlyMap<string, Task<Price>>>(true)
        const weather = tool({ input: z.object({ city: z.string() }), execute: props.input?.run })
        useChatTools(chat, { weather }, { maxRounds: props.input?.retries, onError })
      }

      export function start(token?: string, url?: string, attempts?: number) {
        const headers = token ? { authorization: token } : undefined
        const options = { headers, retry: { attempts }, signal: undefined }
        createEventStream('/events', { ...options, lastEventId: token, key: token })
        createTaskManager({ ...options, url, concurrency: attempts })
        createChat({ ...options, url, id: token })
      }
    `
      expect(await compile(code)).toBe('')
    })

    test('without a reducer, the data is a value: a state that cannot be one is refused', async () => {
      const code = `
      import { useEventSource, type StreamEvent } from 'brooklet'
      export function useLog(log?: (state: string[], event: StreamEvent, value: string) => string[]) {
        return useEventSource('/x', { initial: [], reduce: log }).data
      }
    `
      expect(await compile(code)).toContain("Type 'undefined' is not assignable to type '(state")
    })
  },
)
