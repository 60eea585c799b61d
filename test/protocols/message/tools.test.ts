import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  agUi,
  anthropic,
  cohere,
  dashscope,
  gemini,
  geminiInteractions,
  ollama,
  openaiChat,
  openaiResponses,
  tutorial,
  withTools,
  workersAi,
} from '../../../src/protocols/index.js'
import type { ChatProtocol } from '../../../src/protocols/types.js'
import { bodyOf, message } from '../conversation.js'

const tools = {
  weather: { description: 'The weather now', input: z.object({ city: z.string() }) },
  now: {},
}
const cityParameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
}
const noParameters = { type: 'object', properties: {} }
const weather = { name: 'weather', description: 'The weather now', parameters: cityParameters }
const now = { name: 'now', parameters: noParameters }
const asFunctions = [
  { type: 'function', function: weather },
  { type: 'function', function: now },
]

describe('tools are offered in the form of', () => {
  test.each<[string, ChatProtocol, unknown]>([
    ['Chat Completions', openaiChat(), asFunctions],
    ['Ollama', ollama(), asFunctions],
    ['Cohere', cohere(), asFunctions],
    ['Workers AI', workersAi(), asFunctions],
    [
      'Interactions',
      geminiInteractions(),
      [
        { type: 'function', ...weather },
        { type: 'function', ...now },
      ],
    ],
    [
      'Responses',
      openaiResponses(),
      [
        { type: 'function', strict: false, ...weather },
        { type: 'function', strict: false, ...now },
      ],
    ],
    [
      'Anthropic',
      anthropic(),
      [
        { name: 'weather', description: 'The weather now', input_schema: cityParameters },
        { name: 'now', input_schema: noParameters },
      ],
    ],
    [
      'Gemini',
      gemini(),
      [
        {
          functionDeclarations: [
            {
              name: 'weather',
              description: 'The weather now',
              parametersJsonSchema: cityParameters,
            },
            { name: 'now', parametersJsonSchema: noParameters },
          ],
        },
      ],
    ],
    ['AG-UI', agUi(), [weather, now]],
  ])('%s', (_name, protocol, expected) => {
    const hello = message('user', 'Hello')
    const body = bodyOf(withTools(protocol, tools), [hello])
    expect(body).toMatchObject({ tools: expected })
    expect(JSON.stringify(body)).not.toMatch(/additionalProperties|\$schema/)
    const { tools: without } = bodyOf(protocol, [hello]) as { tools?: unknown[] }
    expect(without ?? []).toEqual([])
  })
})

test('DashScope takes tools as a parameter', () => {
  expect(bodyOf(withTools(dashscope(), tools), [message('user', 'Hello')])).toMatchObject({
    parameters: { result_format: 'message', tools: asFunctions },
  })
})

test('no tools are none, and no list of nothing', () => {
  const protocol = openaiChat()
  expect(bodyOf(withTools(protocol, {}), [message('user', 'Hello')])).not.toHaveProperty('tools')
})

test('a protocol that writes no request stays itself', () => {
  expect(withTools(tutorial(), tools).request).toBeUndefined()
})

test('a protocol differs in nothing but its request', () => {
  const { request: _, ...others } = openaiChat()
  expect(withTools({ ...others, request: () => ({ body: {} }) }, tools)).toMatchObject(others)
})

describe('what a tool takes', () => {
  function parametersOf(tool: Parameters<typeof withTools>[1][string]): unknown {
    const body = bodyOf(withTools(openaiResponses(), { tool }), [message('user', 'Hello')]) as {
      tools: object[]
    }
    return (body.tools[0] as { parameters: unknown }).parameters
  }

  test('is said by arktype itself', () => {
    expect(parametersOf({ input: type({ city: 'string' }) })).toEqual(cityParameters)
  })

  test('is said by the page, whatever the schema says', () => {
    const parameters = { type: 'object' }
    expect(parametersOf({ parameters, input: z.object({ city: z.string() }) })).toEqual(parameters)
    expect(parametersOf({ parameters, input: v.object({ city: v.string() }) })).toEqual(parameters)
  })

  test('must be said by somebody', () => {
    expect(() => parametersOf({ input: v.object({ city: v.string() }) })).toThrow(
      'Expected a JSON Schema of the input of the tool tool, the schema of valibot has none',
    )
  })
})
