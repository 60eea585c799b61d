import { defaultEnvironment, type Environment } from '../connection/environment.js'
import { StreamError } from '../errors.js'
import { guard } from '../guard.js'
import type { ChatMessage, ToolCallPart } from '../protocols/message.js'
import type { ChatTools, ChatToolsOptions, ChatToolsSnapshot } from './chat-tools-types.js'
import type { Chat } from './chat-types.js'
import { createPublisher } from './publisher.js'
import { createRetention } from './retention.js'
import { runningToolsOf } from './running-tools.js'
import { outcomeOf, sendable, untilAborted, wordsOf } from './tool-run.js'
import {
  answered,
  callAt,
  endsInBrokenCall,
  isOpen,
  keyOf,
  openPlaces,
  readyPlaces,
  roundsIn,
  withCall,
  type Place,
} from './tool-calls.js'
import type { ToolContext, ToolSet } from './tool.js'

/** What the hook hands on anew with each render. */
export interface ChatToolsSettings {
  chat: Chat
  tools: ToolSet
  options?: ChatToolsOptions | undefined
}

export interface ConfigurableChatTools extends ChatTools {
  configure(settings: ChatToolsSettings): void
}

/**
 * Runs what a chat's replies ask for, and asks for the next reply when all of it is done: from
 * `retain()` on, until what that returned is called, which stops the tools that run.
 *
 * The calls of one reply run side by side. The model is told of a tool that fails, of arguments that
 * do not parse or do not validate, and of a tool that is none. Calls of a conversation that was saved
 * wait for `approve()`.
 *
 * @example
 * ```ts
 * import { createChat, createChatTools, tool } from 'brooklet/core'
 * import { openaiChat, withTools } from 'brooklet/protocols'
 * import { z } from 'zod'
 *
 * const tools = {
 *   weather: tool({
 *     description: 'The weather in a city now',
 *     input: z.object({ city: z.string() }),
 *     execute: ({ city }) => `It rains in ${city}`,
 *   }),
 * }
 * const chat = createChat({ protocol: withTools(openaiChat({ model: 'gpt-5' }), tools) })
 * const leave = createChatTools(chat, tools).retain()
 * ```
 */
export function createChatTools(
  chat: Chat,
  tools: ToolSet,
  options?: ChatToolsOptions,
  environment?: Environment,
): ChatTools {
  return buildChatTools({ chat, tools, options }, environment)
}

export function buildChatTools(
  given: ChatToolsSettings,
  environment: Environment = defaultEnvironment,
): ConfigurableChatTools {
  let { tools, options } = given
  const { chat } = given
  const running = new Map<string, { place: Place; abort: AbortController }>()
  /** The reply whose calls were begun last. */
  let begun: string | undefined
  /** How often that one had been begun before: a reply may go on after its calls. */
  let again = { id: '', times: 0 }
  /** The reply after whose calls the turn goes on. */
  let awaited: string | undefined
  let error: StreamError | undefined
  let unsubscribe: (() => void) | undefined

  const { publish, getSnapshot, getInitialSnapshot, subscribe } = createPublisher(
    build,
    environment,
  )
  const { retain } = createRetention(environment, open, close)

  function build(): ChatToolsSnapshot {
    return { isRunning: running.size > 0, error }
  }

  function open(): void {
    unsubscribe ??= chat.subscribe(look)
    look()
  }

  function close(): void {
    unsubscribe?.()
    unsubscribe = undefined
    abortAll('The page left while the tool ran')
  }

  /** The conversation has changed: is there a reply that asks for tools? */
  function look(): void {
    const { messages, reply, isLoading } = chat.getSnapshot()
    for (const { place, abort } of running.values()) if (!callAt(messages, place)) abort.abort()
    const last = messages.at(-1)
    const isNew = last?.status === 'complete' && last.id === reply?.id && last.id !== begun
    if (isLoading) begun = undefined
    if (isLoading && error) publishError(undefined)
    if (isLoading || !isNew) return
    begun = last.id
    begin(last)
  }

  function begin(message: ChatMessage): void {
    const ready = readyPlaces(message)
    if (ready.length === 0 && !endsInBrokenCall(message)) return
    const { maxRounds = 8 } = options ?? {}
    again = { id: message.id, times: again.id === message.id ? again.times + 1 : 0 }
    const rounds = roundsIn(chat.getSnapshot().messages) + again.times
    if (rounds > maxRounds) {
      const message = `Expected an answer after ${maxRounds} rounds of tools, the model asks for more`
      return publishError(new StreamError('protocol', message))
    }
    awaited = message.id
    for (const place of ready) void run(place, false)
    publish()
    goOn()
  }

  /** Whatever comes of the call is written to it. */
  async function run(place: Place, isApproved: boolean): Promise<void> {
    const key = keyOf(place)
    const call = callNow(place)!
    const abort = new AbortController()
    const { signal } = abort
    function begin(): ToolContext {
      signal.throwIfAborted()
      update(place, { state: 'running' })
      signal.throwIfAborted()
      const { messages } = chat.getSnapshot()
      return { signal, call: callNow(place) ?? call, messages }
    }
    running.set(key, { place, abort })
    runningToolsOf(chat).add(signal)
    try {
      update(place, await untilAborted(signal, outcomeOf(tools, call, isApproved, begin)))
    } catch (cause) {
      update(place, { state: 'error', error: wordsOf(cause) })
    }
    running.delete(key)
    runningToolsOf(chat).delete(signal)
    publish()
    goOn()
  }

  /** All calls of the last reply are answered: the model gets the answers. */
  function goOn(): void {
    const { messages, isLoading } = chat.getSnapshot()
    const last = messages.at(-1)
    if (isLoading || !last || last.id !== awaited || last.parts.some(isOpen)) return
    awaited = undefined
    void chat.requestReply()
  }

  function update(place: Place, changed: Partial<ToolCallPart>): void {
    chat.setMessages((messages) => withCall(messages, place, changed))
  }

  function callNow(place: Place): ToolCallPart | undefined {
    return callAt(chat.getSnapshot().messages, place)
  }

  function isLast({ messageId }: Place): boolean {
    return chat.getSnapshot().messages.at(-1)?.id === messageId
  }

  /** The newest call with the id that waits for somebody. */
  function waiting(callId: string): Place | undefined {
    const open = openPlaces(chat.getSnapshot().messages, callId)
    return open.find((place) => !running.has(keyOf(place)))
  }

  function settle(callId: string, change: (call: ToolCallPart) => Partial<ToolCallPart>): void {
    const place = waiting(callId)
    if (!place) return
    if (isLast(place)) awaited = place.messageId
    update(place, change(callNow(place)!))
    goOn()
  }

  function approve(callId: string): void {
    const place = waiting(callId)
    if (!place) return
    if (callNow(place)!.approval) return allow(callId, place)
    if (isLast(place)) awaited = place.messageId
    void run(place, true)
    publish()
  }

  /** The server runs it, unless the conversation has passed over it. */
  function allow(callId: string, place: Place): void {
    if (!isLast(place)) return deny(callId, 'The conversation went on before this was approved')
    settle(callId, (call) => ({ state: 'running', ...answered(call, true) }))
  }

  function deny(callId: string, reason?: string): void {
    const error = reason || 'The user declined this call'
    settle(callId, (call) => ({ state: 'error', error, ...answered(call, false, error) }))
  }

  function abortAll(why: string): void {
    awaited = undefined
    for (const { abort } of running.values()) abort.abort(new StreamError('aborted', why))
  }

  function publishError(next: StreamError | undefined): void {
    error = next
    publish()
    if (next) guard(() => options?.onError?.(next))
  }

  return {
    getSnapshot,
    getInitialSnapshot,
    subscribe,
    approve,
    deny,
    answer: (callId, result) => settle(callId, () => ({ state: 'done', result: sendable(result) })),
    stop() {
      chat.stop()
      abortAll('The user stopped the tool')
    },
    retain,
    configure(settings) {
      ;({ tools, options } = settings)
    },
  }
}
