import type { ToolCallPart } from '../../../../src/protocols/message/message.js'
import { openaiChat } from '../../../../src/protocols/openai-chat.js'
import { createChatTools } from '../../../../src/stores/chat/tools/chat-tools.js'
import type {
  ChatTools,
  ChatToolsOptions,
} from '../../../../src/stores/chat/tools/chat-tools-types.js'
import type { ChatOptions } from '../../../../src/stores/chat/chat-types.js'
import { tool, type ToolContext, type ToolSet } from '../../../../src/stores/chat/tools/tool.js'
import { startChat, type Call, type TestChat } from '../chat-support.js'
import { settle } from '../../../support/clock.js'

/** A name, arguments as JSON or as text, and an id. */
type CalledTool = [name: string, args?: unknown, id?: string]

export interface TestChatTools extends TestChat {
  tools: ChatTools
  leave(): void
  /** Sends text, and answers with calls of these tools. */
  ask(...calls: CalledTool[]): Promise<void>
  /** Answers the newest request with calls. */
  reply(...calls: CalledTool[]): Promise<void>
  /** The calls of the last reply that has any. */
  calledNow(): ToolCallPart[]
  /** What the newest request says of each call: its id and its result. */
  toldNow(): Promise<unknown>
}

export function startChatTools(
  tools: ToolSet,
  options?: ChatToolsOptions,
  chatOptions?: ChatOptions,
): TestChatTools {
  const started = startChat({ protocol: openaiChat(), ...chatOptions })
  const { chat, clock, nextCall } = started
  const chatTools = createChatTools(chat, tools, options, clock)
  const leave = chatTools.retain()

  async function reply(...calls: CalledTool[]): Promise<void> {
    await (await nextCall()).send(...calling(...calls))
    await settle()
  }

  function calledNow(): ToolCallPart[] {
    const found = chat
      .getSnapshot()
      .messages.map(({ parts }) => parts.filter((part) => part.type === 'tool-call'))
    return found.findLast((calls) => calls.length > 0) ?? []
  }

  return {
    ...started,
    tools: chatTools,
    leave,
    async ask(...calls) {
      void chat.sendMessage('Do it')
      await reply(...calls)
    },
    reply,
    calledNow,
    toldNow: async () => toldBy(await nextCall()),
  }
}

/** What the backend sends of a reply that calls these tools. */
export function calling(...calls: CalledTool[]): (string | object)[] {
  return [
    { choices: [{ delta: { tool_calls: calls.map(toFragment) } }] },
    { choices: [{ finish_reason: 'tool_calls' }] },
    '[DONE]',
  ]
}

function toFragment([name, args = {}, id]: CalledTool, index: number): object {
  const text = typeof args === 'string' ? args : JSON.stringify(args)
  return { index, id: id ?? `${name}-${index}`, function: { name, arguments: text } }
}

function toldBy(request: Call): unknown {
  const { messages } = request.body as { messages: Record<string, unknown>[] }
  return messages
    .filter(({ role }) => role === 'tool')
    .map(({ tool_call_id: id, content }) => [id, content])
}

/** A tool whose every call the test settles. */
export function heldTool() {
  const calls: {
    input: unknown
    context: ToolContext
    resolve(value: unknown): void
    reject(error: unknown): void
  }[] = []
  const execute = (input: unknown, context: ToolContext): Promise<unknown> =>
    new Promise((resolve, reject) => void calls.push({ input, context, resolve, reject }))
  return { calls, tool: tool({ execute }) }
}
