import type { ToolCallPart } from '../../../protocols/message/message.js'
import { seamOf } from '../chat-seam.js'
import type { Chat } from '../chat-types.js'
import { validateAsync } from '../../standard-schema.js'
import type { ToolCallWriter } from './tool-call-writer.js'
import { keyOf, type Place } from './tool-calls.js'
import type { Tool, ToolContext, ToolSet } from './tool.js'

/** Returns what runs one call of a chat, writes the outcome to the call, and then calls `onEnd`. */
export function createToolRunner(
  chat: Chat,
  { callNow, update }: ToolCallWriter,
  onEnd: () => void,
): (tools: ToolSet, place: Place, isApproved: boolean) => void {
  const seam = seamOf(chat)
  const { running } = seam

  return (tools, place, isApproved) => {
    const key = keyOf(place)
    const call = callNow(place)!
    const abort = new AbortController()
    const { signal } = abort

    function begin(): ToolContext {
      signal.throwIfAborted()
      update(place, { state: 'running' })
      // A subscriber may have stopped it.
      signal.throwIfAborted()
      return { signal, call: callNow(place) ?? call, messages: chat.getSnapshot().messages }
    }

    function end(changed: Partial<ToolCallPart>): void {
      if (running.get(key)?.abort !== abort) return
      // First: when `update` publishes, the chat's storage looks whether any call still runs.
      running.delete(key)
      update(place, changed)
      leave?.()
      onEnd()
    }

    function fail(cause: unknown): void {
      end({ state: 'error', error: cause instanceof Error ? cause.message : String(cause) })
    }

    running.set(key, { place, abort })
    const leave = seam.calls?.hold(place)
    // At once, whether the tool heeds its signal or not.
    signal.addEventListener('abort', () => fail(signal.reason))
    void outcomeOf(tools, call, isApproved, begin).then(end, fail)
  }
}

/**
 * Checks the input of a call, asks whether it may run, calls `begin`, and runs it. Resolves to the changes
 * that this makes to the call.
 *
 * @throws what is wrong with the call, for the model, or what the tool throws
 */
async function outcomeOf(
  tools: ToolSet,
  call: ToolCallPart,
  isApproved: boolean,
  begin: () => ToolContext,
): Promise<Partial<ToolCallPart>> {
  const tool = toolOf(tools, call)
  const input = tool.input ? await validateAsync(tool.input, call.args) : call.args
  if (!isApproved && (await needsApproval(tool, input))) return { state: 'approval' }
  if (!tool.execute) return { state: 'ready' }
  return { state: 'done', result: sendable(await tool.execute(input, begin())) }
}

/** @throws {TypeError} for a name that no tool has; it lists the names that there are, for the model */
function toolOf(tools: ToolSet, { name }: ToolCallPart): Tool {
  const tool = Object.hasOwn(tools, name) && tools[name]
  if (tool) return tool
  throw new TypeError(`There is no tool ${name}, only: ${Object.keys(tools).join(', ')}`)
}

/** If the tool's own function fails, a person has to decide. */
async function needsApproval({ needsApproval }: Tool, input: unknown): Promise<boolean> {
  if (typeof needsApproval !== 'function') return needsApproval === true
  try {
    return await needsApproval(input)
  } catch {
    return true
  }
}

/** The model gets a result as JSON. @throws {TypeError} for what JSON cannot hold: a cycle, a bigint. */
export function sendable(result: unknown): unknown {
  JSON.stringify(result)
  return result
}
