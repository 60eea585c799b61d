/** The chunks of an AI message as LangChain sends them, in LangGraph and in LangServe. */
import { callsOf } from './reply.js'
import type { Reply, ReplyPart } from './reply.js'

export function* messageChunks(reply: Reply): Generator<object> {
  const { id, model, parts, reason, usage } = reply
  const chunk = (more: object): object => ({ id, type: 'AIMessageChunk', content: '', ...more })
  for (const part of parts) for (const more of fieldsOf(part, reply)) yield chunk(more)
  const counts = { input_tokens: usage.input, output_tokens: usage.output }
  yield chunk({
    usage_metadata: { ...counts, total_tokens: usage.input + usage.output },
    response_metadata: {
      model_name: model,
      finish_reason: reason === 'stop' ? 'stop' : 'tool_calls',
    },
  })
}

function fieldsOf(part: ReplyPart, reply: Reply): object[] {
  switch (part.type) {
    case 'reasoning':
      return part.deltas.map((delta) => ({ additional_kwargs: { reasoning_content: delta } }))
    case 'text':
      return part.deltas.map((content) => ({ content }))
    case 'source': {
      const annotations = [{ type: 'url_citation', url: part.url, title: part.title }]
      return [{ content: [{ type: 'text', text: '', annotations }] }]
    }
    case 'tool-call': {
      const index = callsOf(reply).indexOf(part)
      const start = { id: part.id, name: part.name, args: '', index }
      const more = part.args.map((args) => ({ id: null, name: null, args, index }))
      return [start, ...more].map((each) => ({ tool_call_chunks: [each] }))
    }
  }
}
