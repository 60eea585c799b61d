/** Chat Completions, and what its relatives have in common with it. */
import { openaiChat } from '../../../src/protocols/index.js'
import { first, json, repeated, sse, type Body, type Provider, type Said } from './provider.js'

/** Chat Completions and its relatives: each call is answered at once, each answer has its call. */
export function* wrongMessages(messages: Body[]): Generator<string | false> {
  let open = new Set<string>()
  for (const [
    index,
    { role, content, tool_calls: calls, tool_call_id: id },
  ] of messages.entries()) {
    const at = `messages[${index}]`
    yield !['system', 'user', 'assistant', 'tool'].includes(role) && `${at}: role ${role}`
    yield role !== 'tool' && open.size > 0 && `${at}: no answer to ${[...open].join()}`
    yield role === 'tool' && !open.delete(id) && `${at}: answers no call: ${id}`
    yield role === 'tool' && typeof content !== 'string' && `${at}: no content`
    yield role === 'user' && content.length === 0 && `${at}: empty`
    yield role === 'assistant' && !content && !calls && `${at}: neither content nor calls`
    yield calls?.length === 0 && `${at}: tool_calls is empty`
    for (const call of calls ?? []) {
      yield call.type !== 'function' && `${at}: type of a call`
      yield typeof call.function.arguments !== 'string' && `${at}: arguments`
      yield !call.id && `${at}: no id`
    }
    if (calls) open = new Set(calls.map((call: Body) => call.id))
  }
  yield open.size > 0 && 'calls without answers at the end'
  const ids = messages.flatMap(({ tool_calls: calls }) => (calls ?? []).map(({ id }: Body) => id))
  const twice = repeated(ids)
  yield twice !== undefined && `the id ${twice} comes twice`
}

export function wrongFunctions(tools: Body[] | undefined): string | false {
  const ok = tools?.every(
    (each) => each.type === 'function' && each.function.parameters.type === 'object',
  )
  return !(ok && tools?.length) && 'tools'
}

export const fragments = ({ calls = [] }: Said, round: number): object[] =>
  calls.map(({ name, args }, index) => ({
    index,
    id: `functions.${name}:${round}${index}`,
    type: 'function',
    function: { name, arguments: json(args) },
  }))

function completion(said: Said, round: number, deltas: object[]): string[] {
  return [
    ...[...deltas, { content: said.text }, { tool_calls: fragments(said, round) }].map((delta) =>
      sse({ id: 'x', choices: [{ index: 0, delta, finish_reason: null }] }),
    ),
    sse({ choices: [{ index: 0, delta: {}, finish_reason: said.calls ? 'tool_calls' : 'stop' }] }),
    'data: [DONE]\n\n',
  ]
}

function* wrongCompletion({ messages, tools, stream, model }: Body): Generator<string | false> {
  yield model !== 'm' && 'model'
  yield !stream && 'stream'
  yield wrongFunctions(tools)
  yield* wrongMessages(messages)
}

/** What others want back. */
const particular = ['reasoning_content', 'reasoning_details', 'extra_content']

/** Who is strict, such as Groq, refuses a field that it does not know. */
export const openai: Provider = {
  protocol: openaiChat({ model: 'm' }),
  type: 'text/event-stream',
  stream: (said, round) => completion(said, round, [{ reasoning: said.thoughts }]),
  refuse: (body) =>
    first([
      ...wrongCompletion(body),
      ...particular.map(
        (field) => json(body).includes(`"${field}"`) && `property '${field}' is unsupported`,
      ),
    ]),
}

const callsIn = ({ messages }: Body): Body[] => messages.filter((each: Body) => each.tool_calls)

/** So is Kimi, where it thinks. */
export const deepSeek: Provider = {
  protocol: openaiChat({ model: 'm' }),
  type: 'text/event-stream',
  wantsBack: true,
  stream: (said, round) => completion(said, round, [{ reasoning_content: said.thoughts }]),
  refuse: (body) =>
    first([
      ...wrongCompletion(body),
      callsIn(body).some((each: Body) => !each.reasoning_content) &&
        'The reasoning_content in the thinking mode must be passed back to the API.',
    ]),
}

/**
 * Gemini 3 at Google's endpoint that is compatible with OpenAI: the first call of a step is signed,
 * which is looked at until the user says something else.
 */
export const geminiCompletions: Provider = {
  protocol: openaiChat({ model: 'm' }),
  type: 'text/event-stream',
  wantsBack: true,
  stream: ({ text, calls }, round) => {
    const signed = fragments({ calls }, round).map((call, at) => {
      const { index: _, ...fragment } = call as Body
      const extra_content = { google: { thought_signature: `sealed ${round}` } }
      return at > 0 ? fragment : { ...fragment, extra_content }
    })
    return completion({ text }, round, signed.length > 0 ? [{ tool_calls: signed }] : [])
  },
  refuse: (body) =>
    first([
      ...wrongCompletion(body),
      ...callsIn({ messages: body.messages.slice(lastQuestion(body)) }).map(
        ({ tool_calls: [call] }) =>
          call.extra_content?.google.thought_signature !== `sealed ${roundOf(call)}` &&
          'Function call is missing a thought_signature in functionCall parts.',
      ),
    ]),
}

const lastQuestion = ({ messages }: Body): number =>
  messages.findLastIndex((each: Body) => each.role === 'user')

const roundOf = ({ id }: Body): string => id.at(-2)

/** What comes in pieces is refused unless they are put together. */
export const openRouter: Provider = {
  protocol: openaiChat({ model: 'm' }),
  type: 'text/event-stream',
  wantsBack: true,
  stream: (said, round) => {
    const detail = { type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0 }
    const pieces: Body[] = [
      { ...detail, text: said.thoughts?.slice(0, 1) },
      { ...detail, text: said.thoughts?.slice(1), signature: null },
      { ...detail, signature: `sealed ${round}` },
    ]
    return completion(
      said,
      round,
      pieces.map((piece) => ({ reasoning: piece.text, reasoning_details: [piece] })),
    )
  },
  refuse: (body) =>
    first([
      ...wrongCompletion(body),
      ...callsIn(body).map(({ tool_calls: [call], reasoning_details: details }) => {
        const [{ text, signature }, ...others] = details ?? [{}]
        const isWhole = /^(Hm|So|Ask)\.$/.test(text) && signature === `sealed ${roundOf(call)}`
        return (!isWhole || others.length > 0) && 'Invalid reasoning_details'
      }),
    ]),
}
