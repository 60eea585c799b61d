import type { ChatMessage, MessagePart, ToolCallPart } from '../../../protocols/message/message.js'
import type { SchemaInput, SchemaOutput, StandardSchema } from '../../standard-schema.js'

/** Something that a page does for a model. */
export interface Tool<Schema extends StandardSchema = StandardSchema, Output = unknown> {
  /** What it does and when to use it, for the model. */
  description?: string | undefined
  /** A Standard Schema (of zod, valibot, arktype) that checks what the model sends. Default: no check. */
  input?: Schema | undefined
  /** The JSON Schema of the input, for the model. Default: made by the `input` schema, if it can. */
  parameters?: object | undefined
  /** Whether a person has to approve each call, or a function that says so for an input. Default `false`. */
  needsApproval?:
    | boolean
    | Bivariant<[input: SchemaOutput<Schema>], boolean | Promise<boolean>>
    | undefined
  /**
   * Runs the tool. What it returns is sent to the model, as JSON unless it is text; what it throws is sent
   * as an error. Without `execute`, a call stays `ready` until `answer()` gives its result.
   */
  execute?:
    | Bivariant<[input: SchemaOutput<Schema>, context: ToolContext], Output | Promise<Output>>
    | undefined
}

/** With the bivariant parameters of a method: so a tool with an input type of its own is a `Tool` too. */
type Bivariant<Args extends unknown[], Result> = {
  method(...args: Args): Result
}['method']

/** What `execute` gets besides the input. */
export interface ToolContext {
  /** Aborted when the call is stopped, or nobody uses the tools any more. */
  signal: AbortSignal
  /** The tool call, with its id and the arguments as the model sent them. */
  call: ToolCallPart
  /** The conversation, with the reply that has this call at its end. */
  messages: readonly ChatMessage[]
}

/** Tools, by the names under which the model calls them. */
export type ToolSet = Readonly<Record<string, Tool>>

/**
 * Defines a tool, so that the parameter of `execute` gets the type of the schema's output.
 *
 * @example
 * ```ts
 * import { tool } from 'brooklet'
 * import { z } from 'zod'
 *
 * const weather = tool({
 *   description: 'The weather in a city now',
 *   input: z.object({ city: z.string() }),
 *   execute: async ({ city }, { signal }) => {
 *     const response = await fetch(`/api/weather/${city}`, { signal })
 *     return response.text()
 *   },
 * })
 * ```
 */
export function tool<Schema extends StandardSchema, Output = unknown>(
  definition: Tool<Schema, Output>,
): Tool<Schema, Output> {
  return definition
}

/**
 * A call of one of these tools. `args` are what the model sent, not what the schema made of it: they are
 * `unknown` until the schema has checked them.
 */
export type ToolCallOf<Tools extends ToolSet> = {
  [Name in keyof Tools & string]: CallOf<Name, Tools[Name]>
}[keyof Tools & string]

type CallOf<Name extends string, Each> =
  Each extends Tool<infer Schema, infer Output>
    ?
        | TypedToolCall<Name, 'streaming' | 'ready' | 'error'>
        | TypedToolCall<Name, 'approval' | 'running', SchemaInput<Schema>>
        | TypedToolCall<Name, 'done', SchemaInput<Schema>, Awaited<Output>>
    : never

/** A call of a tool that is known, in some of its states. */
export interface TypedToolCall<
  Name extends string,
  State extends ToolCallPart['state'],
  Args = unknown,
  Result = undefined,
> extends ToolCallPart {
  name: Name
  state: State
  args: Args
  result: Result
}

/**
 * Returns a part as a call of one of these tools, with its types, or `undefined` if it is none.
 *
 * @example
 * ```ts
 * import { tool, toolCallOf, type MessagePart } from 'brooklet'
 * import { z } from 'zod'
 *
 * const tools = {
 *   weather: tool({
 *     input: z.object({ city: z.string() }),
 *     execute: ({ city }) => ({ city, celsius: 21 }),
 *   }),
 * }
 *
 * function caption(part: MessagePart): string | undefined {
 *   const call = toolCallOf(tools, part)
 *   return call?.state === 'done' ? `${call.args.city}: ${call.result.celsius} °C` : undefined
 * }
 * ```
 */
export function toolCallOf<Tools extends ToolSet>(
  tools: Tools,
  part: MessagePart,
): ToolCallOf<Tools> | undefined {
  const isOurs = part.type === 'tool-call' && Object.hasOwn(tools, part.name)
  return isOurs ? (part as ToolCallOf<Tools>) : undefined
}
