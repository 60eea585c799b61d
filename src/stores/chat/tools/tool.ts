import type { ChatMessage, MessagePart, ToolCallPart } from '../../../protocols/message/message.js'
import type { StandardSchema } from '../../standard-schema.js'

/** What a page does for a model. */
export interface Tool<Schema extends StandardSchema = StandardSchema, Output = unknown> {
  /** What it does and when to use it, for the model. */
  description?: string
  /** Checks what the model sends: a Standard Schema, of zod, valibot, arktype. Default: it is not checked. */
  input?: Schema
  /** JSON Schema of the input, for the model. Default: what the schema says about itself, where it can. */
  parameters?: object
  /** Whether a person has to agree to each call, or to those for which this says so. Default `false`. */
  needsApproval?: boolean | Bivariant<SchemaOutput<Schema>, boolean | Promise<boolean>>
  /**
   * Runs it. What it returns goes back to the model, as JSON unless it is text; what it throws does,
   * too, as an error. Without it a call stays `ready` until `answer()` gives its result.
   */
  execute?(input: SchemaOutput<Schema>, context: ToolContext): Output | Promise<Output>
}

/** As of a method: a tool with an input of its own is a `Tool` still. */
type Bivariant<Input, Result> = { method(input: Input): Result }['method']

/** What a tool that runs may need besides its input. */
export interface ToolContext {
  /** Aborts when the call is stopped, or nobody uses the tools any more. */
  signal: AbortSignal
  /** The call that it answers, with its id and what the model sent. */
  call: ToolCallPart
  /** The conversation, the reply with this call at its end. */
  messages: readonly ChatMessage[]
}

/** Tools by the names that the model calls them by. */
export type ToolSet = Readonly<Record<string, Tool>>

/** What a schema makes of a value. */
export type SchemaOutput<Schema> = Schema extends StandardSchema<infer Output> ? Output : never

/** What a schema takes. */
export type SchemaInput<Schema extends StandardSchema> = Schema['~standard'] extends {
  readonly types?: { readonly input: infer Input } | undefined
}
  ? Input
  : unknown

/**
 * Defines a tool: the input of `execute` has the type that the schema says.
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
 * A call of one of these tools. `args` are what the model sent, before the schema made anything of
 * them: whatever they may be until the tool runs.
 */
export type ToolCallOf<Tools extends ToolSet> = {
  [Name in keyof Tools & string]: CallOf<Name, Tools[Name]>
}[keyof Tools & string]

type CallOf<Name extends string, Each> =
  Each extends Tool<infer Schema, infer Output>
    ? Omit<ToolCallPart, 'name' | 'args' | 'state' | 'result'> & { name: Name } & (
          | { state: 'streaming' | 'ready' | 'error'; args: unknown; result?: undefined }
          | { state: 'approval' | 'running'; args: SchemaInput<Schema>; result?: undefined }
          | { state: 'done'; args: SchemaInput<Schema>; result: Awaited<Output> }
        )
    : never

/**
 * The part as a call of one of these tools, with their types; `undefined` for any other part.
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
