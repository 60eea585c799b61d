import { openaiResponses } from '../../../src/protocols/index.js'
import { first, json, repeated, sse, type Body, type Provider } from './provider.js'

function* wrongItems(input: Body[]): Generator<string | false> {
  const called = input.filter(({ type }) => type === 'function_call').map((each) => each.call_id)
  const answered = input
    .filter(({ type }) => type === 'function_call_output')
    .map((each) => each.call_id)
  yield repeated(called) !== undefined && 'a call_id comes twice'
  for (const id of called)
    yield !answered.includes(id) && `No tool output found for function call ${id}.`
  for (const id of answered)
    yield !called.includes(id) && `No tool call found for function call output ${id}.`
  yield (
    input.some(
      ({ type, output }) => type === 'function_call_output' && typeof output !== 'string',
    ) && 'output'
  )
  yield input.some(({ role, content }) => role && !content) && 'content'
}

export const responses: Provider = {
  protocol: openaiResponses({ model: 'm' }),
  type: 'text/event-stream',
  stream: ({ text, calls = [] }, round) => [
    sse({ type: 'response.created', response: { id: `r${round}`, status: 'in_progress' } }),
    sse({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: text }),
    ...calls.flatMap(({ name, args }, index) => [
      sse({
        type: 'response.output_item.added',
        output_index: index + 1,
        item: {
          type: 'function_call',
          id: `fc_${round}${index}`,
          call_id: `call_${round}${index}`,
          name,
          arguments: '',
        },
      }),
      sse({
        type: 'response.function_call_arguments.done',
        output_index: index + 1,
        arguments: json(args),
      }),
    ]),
    sse({ type: 'response.completed', response: { id: `r${round}`, status: 'completed' } }),
  ],
  refuse: ({ input, tools }) =>
    first([
      !(tools?.length && tools.every(({ type, name }: Body) => type === 'function' && name)) &&
        'tools',
      ...wrongItems(input),
    ]),
}
