import { StreamError } from '../../errors.js'
import type { ToolCallPart } from './message.js'
import type { ChatProtocol, ToolSpec } from '../types.js'

/** A tool as it is offered to a model. What `tool()` makes is one. */
export interface OfferedTool {
  description?: string | undefined
  /** The JSON Schema of the input. Default: the one that `input` provides. */
  parameters?: object | undefined
  /** A Standard JSON Schema (standardschema.dev), as of zod, arktype, or valibot's `toStandardJsonSchema`. */
  input?:
    | { readonly '~standard': { readonly vendor: string; readonly jsonSchema?: JsonSchema } }
    | undefined
}

interface JsonSchema {
  readonly input: (options: { readonly target: string }) => Record<string, unknown>
}

/**
 * Offers tools in the requests of a protocol: for a page that talks to a model's API itself, or to a
 * proxy of it. If the server offers the tools, the protocol alone is enough.
 *
 * @throws {StreamError} `invalid-option` if a tool has an `input` without a JSON Schema, and no `parameters`.
 *
 * @example
 * ```ts
 * import { createChat, tool } from 'brooklet/core'
 * import { openaiChat, withTools } from 'brooklet/protocols'
 * import { z } from 'zod'
 *
 * const weather = tool({
 *   description: 'The weather in a city now',
 *   input: z.object({ city: z.string() }),
 *   execute: ({ city }) => `It rains in ${city}`,
 * })
 * const chat = createChat({ protocol: withTools(openaiChat({ model: 'gpt-5' }), { weather }) })
 * ```
 */
export function withTools(
  protocol: ChatProtocol,
  tools: Readonly<Record<string, OfferedTool>>,
): ChatProtocol {
  const { request } = protocol
  if (!request) return protocol
  const specs = Object.entries(tools).map(([name, tool]) => toSpec(name, tool))
  if (specs.length === 0) return protocol // APIs refuse an empty list.
  return { ...protocol, request: (turn) => request({ ...turn, tools: specs }) }
}

function toSpec(name: string, { description, parameters, input }: OfferedTool): ToolSpec {
  return { name, description, parameters: parameters ?? jsonSchemaOf(name, input) }
}

function jsonSchemaOf(name: string, input: OfferedTool['input']): object {
  if (!input) return { type: 'object', properties: {} }
  const { vendor, jsonSchema } = input['~standard']
  if (!jsonSchema) {
    throw new StreamError(
      'invalid-option',
      `Expected a JSON Schema of the input of the tool ${name}, the schema of ${vendor} has none`,
      {
        hint: 'Give the tool `parameters`, or wrap its schema so that it is a Standard JSON Schema.',
      },
    )
  }
  // Not all APIs accept `$schema`, the name of the dialect.
  const { $schema: _, ...schema } = jsonSchema.input({ target: 'draft-2020-12' })
  return schema
}

/** The tools as Chat Completions and its relatives take them. JSON leaves out `undefined`. */
export function functionTools(tools: readonly ToolSpec[] | undefined): object[] | undefined {
  return tools?.map((tool) => ({ type: 'function', function: tool }))
}

/** A call in a reply, as Chat Completions and its relatives take it back. */
export function functionCall({ id, name, args }: ToolCallPart): object {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } }
}
