import { StreamError } from '../../errors.js'
import type { ToolCallPart } from './message.js'
import type { ChatProtocol, ToolSpec } from '../types.js'

/** What a model is told of a tool. A tool made by `tool()` is one. */
export interface OfferedTool {
  description?: string | undefined
  /** JSON Schema of the input. Default: what the schema of `input` says about itself. */
  parameters?: object | undefined
  /** A Standard JSON Schema (standardschema.dev): zod and arktype have it, valibot by `toStandardJsonSchema`. */
  input?: { readonly '~standard': { readonly vendor: string; readonly jsonSchema?: JsonSchema } }
}

interface JsonSchema {
  readonly input: (options: { readonly target: string }) => Record<string, unknown>
}

/**
 * The protocol, with tools in its requests: for a page that asks a model's API itself, or a proxy of
 * it. Where the server offers the tools, the protocol alone is enough.
 *
 * @throws {StreamError} `invalid-option` where nothing says what a tool takes.
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
  if (specs.length === 0) return protocol // APIs refuse a list of nothing.
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
  // Not all APIs accept the name of the dialect.
  const { $schema: _, ...schema } = jsonSchema.input({ target: 'draft-2020-12' })
  return schema
}

/** As Chat Completions and its relatives take them. `undefined` is left out of JSON. */
export function functionTools(tools: readonly ToolSpec[] | undefined): object[] | undefined {
  return tools?.map((tool) => ({ type: 'function', function: tool }))
}

/** A call in a reply, as they take it back. */
export function functionCall({ id, name, args }: ToolCallPart): object {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } }
}
