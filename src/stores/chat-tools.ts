import { defaultEnvironment, type Environment } from '../connection/environment.js'
import { StreamError } from '../errors.js'
import { guard } from '../guard.js'
import type { ChatMessage, ToolCallPart } from '../protocols/message.js'
import { seamOf } from './chat-seam.js'
import type {
  ChatTools,
  ChatToolsOptions,
  ChatToolsSettings,
  ChatToolsSnapshot,
} from './chat-tools-types.js'
import type { Chat } from './chat-types.js'
import { createPublisher } from './publisher.js'
import { createRetention } from './retention.js'
import { runningToolsOf } from './running-tools.js'
import { outcomeOf, sendable, wordsOf } from './tool-run.js'
import {
  decisionOn,
  endsInBrokenCall,
  keyOf,
  readyPlaces,
  roundsIn,
  unansweredPlaces,
  waitsForPage,
  type Place,
} from './tool-calls.js'
import { createToolCallWriter } from './tool-call-writer.js'
import type { ToolContext, ToolSet } from './tool.js'

export interface ConfigurableChatTools extends ChatTools {
  configure(settings: ChatToolsSettings): void
}

/**
 * Runs what a chat's replies ask for, and asks for the next reply when all of it is done: from
 * `retain()` on, until what that returned is called, which stops the tools that run.
 *
 * The calls of one reply run side by side. The model is told of a tool that fails or does not exist,
 * and of arguments that do not parse or do not validate. Calls of a conversation that was saved wait
 * for `approve()`.
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
  const { callNow, update, catchUp } = createToolCallWriter(chat)
  const seam = seamOf(chat)
  const running = new Map<string, { place: Place; abort: AbortController }>()
  /** The reply whose calls have been begun, as it stands: one that goes on may bring more. */
  let begunId: string | undefined
  /** A reply came since the tools were opened: no other tab has run what it calls. */
  let hasReceived = false
  /** How often the same reply has gone on with more calls: each time is a round as well. */
  let continued = { replyId: '', times: 0 }
  /** The reply after whose calls the model is asked for more. */
  let awaitedId: string | undefined
  let error: StreamError | undefined
  let unsubscribe: (() => void) | undefined

  const { publish, getSnapshot, getInitialSnapshot, subscribe } = createPublisher(
    (): ChatToolsSnapshot => ({ isRunning: running.size > 0, error }),
    environment,
  )
  const { retain } = createRetention(environment, open, close)

  function open(): void {
    unsubscribe ??= chat.subscribe(onPublication)
    seam.onRestored = onPublication
    hasReceived = false
    // Not at once: the page may store the chat as well, and another tab have run what was called.
    environment.delay(() => unsubscribe && onPublication(), 0)
  }

  function close(): void {
    unsubscribe?.()
    unsubscribe = seam.onRestored = undefined
    abortAll('The page left while the tool ran')
  }

  function onPublication(): void {
    // A call that is not shown any more would run on for nobody.
    for (const { place, abort } of running.values()) if (!callNow(place)) abort.abort()
    catchUp()
    lookForCalls()
  }

  function lookForCalls(): void {
    const { messages, reply, isLoading } = chat.getSnapshot()
    const last = messages.at(-1)
    const isNew = last?.status === 'complete' && last.id === reply?.id && last.id !== begunId
    if (isLoading) begunId = undefined
    if (isLoading && error) publishError(undefined)
    hasReceived ||= isLoading
    if (isLoading || !isNew || (seam.isRestoring && !hasReceived)) return
    begunId = last.id
    beginCalls(last)
  }

  function beginCalls(reply: ChatMessage): void {
    const { id } = reply
    const ready = readyPlaces(reply).filter((place) => !running.has(keyOf(place)))
    if (ready.length === 0 && !endsInBrokenCall(reply)) return
    const { maxRounds = 8 } = options ?? {}
    continued = { replyId: id, times: continued.replyId === id ? continued.times + 1 : 0 }
    const rounds = roundsIn(chat.getSnapshot().messages) + continued.times
    if (rounds > maxRounds) {
      const message = `Expected an answer after ${maxRounds} rounds of tools, the model asks for more`
      return publishError(new StreamError('protocol', message))
    }
    awaitedId = id
    for (const place of ready) run(place, false)
    publish()
    goOnIfAnswered()
  }

  /** Runs one call, and writes whatever comes of that to it. */
  function run(place: Place, isApproved: boolean): void {
    const key = keyOf(place)
    const call = callNow(place)!
    const abort = new AbortController()
    const { signal } = abort
    let isOver = false
    function begin(): ToolContext {
      signal.throwIfAborted()
      update(place, { state: 'running' })
      // A subscriber may have stopped it.
      signal.throwIfAborted()
      return { signal, call: callNow(place) ?? call, messages: chat.getSnapshot().messages }
    }
    function end(changed: Partial<ToolCallPart>): void {
      if (isOver) return
      isOver = true
      // First: the publication of the last one's end is the last that its chat's storage waits for.
      runningToolsOf(chat).delete(signal)
      update(place, changed)
      running.delete(key)
      publish()
      goOnIfAnswered()
    }
    const fail = (cause: unknown): void => end({ state: 'error', error: wordsOf(cause) })
    running.set(key, { place, abort })
    runningToolsOf(chat).add(signal)
    // At once, whether the tool heeds it or not.
    signal.addEventListener('abort', () => fail(signal.reason))
    void outcomeOf(tools, call, isApproved, begin).then(end, fail)
  }

  /** Once all calls of the last reply have their answers, the model gets them. */
  function goOnIfAnswered(): void {
    const { messages, isLoading } = chat.getSnapshot()
    const last = messages.at(-1)
    if (isLoading || !last || last.id !== awaitedId || last.parts.some(waitsForPage)) return
    awaitedId = undefined
    void chat.requestReply()
  }

  function isLast({ messageId }: Place): boolean {
    return chat.getSnapshot().messages.at(-1)?.id === messageId
  }

  /** The newest call with the id that waits for somebody. */
  function waiting(callId: string): Place | undefined {
    const unanswered = unansweredPlaces(chat.getSnapshot().messages, callId)
    return unanswered.find((place) => !running.has(keyOf(place)))
  }

  function settle(callId: string, change: (call: ToolCallPart) => Partial<ToolCallPart>): void {
    const place = waiting(callId)
    if (!place) return
    if (isLast(place)) awaitedId = place.messageId
    update(place, change(callNow(place)!))
    goOnIfAnswered()
  }

  function approve(callId: string): void {
    const place = waiting(callId)
    if (!place) return
    if (callNow(place)!.approval) return allowServer(callId, place)
    if (isLast(place)) awaitedId = place.messageId
    run(place, true)
    publish()
  }

  /** The server runs it, unless the conversation has passed over it. */
  function allowServer(callId: string, place: Place): void {
    if (!isLast(place)) return deny(callId, 'The conversation went on before this was approved')
    settle(callId, (call) => ({ state: 'running', ...decisionOn(call, true) }))
  }

  function deny(callId: string, reason?: string): void {
    const error = reason || 'The user declined this call'
    settle(callId, (call) => ({ state: 'error', error, ...decisionOn(call, false, error) }))
  }

  function abortAll(why: string): void {
    awaitedId = undefined
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
