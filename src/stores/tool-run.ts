import type { ToolCallPart } from '../protocols/message.js'
import { validateAsync } from './standard-schema.js'
import type { Tool, ToolContext, ToolSet } from './tool.js'

/**
 * Checks the input of a call, asks whether it may run, and runs it, after `begin`: what becomes of it.
 *
 * @throws what is wrong with the call, for the model, or what the tool throws
 */
export async function outcomeOf(
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

/** @throws {TypeError} for a name that no tool has: it lists those that there are */
function toolOf(tools: ToolSet, { name }: ToolCallPart): Tool {
  const tool = Object.hasOwn(tools, name) && tools[name]
  if (tool) return tool
  throw new TypeError(`There is no tool ${name}, only: ${Object.keys(tools).join(', ')}`)
}

/** Where nobody can say, a person decides. */
async function needsApproval({ needsApproval }: Tool, input: unknown): Promise<boolean> {
  if (typeof needsApproval !== 'function') return needsApproval === true
  try {
    return await needsApproval(input)
  } catch {
    return true
  }
}

/** The model gets it as JSON. @throws {TypeError} for what has none: a cycle, a bigint. */
export function sendable(result: unknown): unknown {
  JSON.stringify(result)
  return result
}

export function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
