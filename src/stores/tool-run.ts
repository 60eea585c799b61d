import type { ToolCallPart } from '../protocols/message.js'
import { validateAsync } from './standard-schema.js'
import type { Tool, ToolContext, ToolSet } from './tool.js'

/** @throws {TypeError} for a name that is none, with those that are, for the model */
export function toolOf(tools: ToolSet, { name }: ToolCallPart): Tool {
  const tool = Object.hasOwn(tools, name) && tools[name]
  if (tool) return tool
  throw new TypeError(`There is no tool ${name}, only: ${Object.keys(tools).join(', ')}`)
}

/** The input of a call as the schema has it. @throws {TypeError} with what is wrong, for the model. */
export async function inputOf({ input }: Tool, args: unknown): Promise<unknown> {
  return input ? validateAsync(input, args) : args
}

/** Where nobody can say, a person decides. */
export async function needsApproval({ needsApproval }: Tool, input: unknown): Promise<boolean> {
  if (typeof needsApproval !== 'function') return needsApproval === true
  try {
    return await needsApproval(input)
  } catch {
    return true
  }
}

/** Settles when the signal aborts, whether the tool heeds it or not. @throws what the tool throws, or the signal's reason. */
export function execute(tool: Tool, input: unknown, context: ToolContext): Promise<unknown> {
  const { signal } = context
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    Promise.resolve(tool.execute!(input, context)).then(sendable).then(resolve, reject)
  })
}

/** The model gets it as JSON. @throws {TypeError} for what has none: a cycle, a bigint. */
function sendable(result: unknown): unknown {
  JSON.stringify(result)
  return result
}
