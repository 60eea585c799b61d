/** Newer models of Anthropic refuse a thought if anything before it is not as it was when they had it. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anthropic } from '../../src/protocols/anthropic.js'
import type { ChatMessage } from '../../src/protocols/message/message.js'
import { bodyOf, message } from './conversation.js'
import { receiveData } from './receive.js'

interface Block {
  type: string
  id?: string
  tool_use_id?: string
  text?: string
  signature?: string
}

interface Turn {
  role: string
  content: Block[]
}

const text = fc
  .constantFrom('Hi', ' ', '\n\n', 'Yes.')
  .map((said) => [{ type: 'text', text: said }])
const thinking = fc
  .constantFrom('', 'Hm')
  .map((thought) => [{ type: 'thinking', thinking: thought, signature: '' }])
const call = fc.constant([{ type: 'tool_use', id: '', name: 'f', input: { a: 1 } }])
const fallback = fc.constant([{ type: 'fallback', from: { model: 'a' }, to: { model: 'b' } }])
const search = fc
  .constantFrom([], [{ type: 'web_search_result', url: 'https://a', title: 'A' }])
  .map((content) => [
    { type: 'server_tool_use', id: '', name: 'web_search', input: { query: 'q' } },
    { type: 'web_search_tool_result', tool_use_id: '', content },
  ])
const reply = fc.record({
  blocks: fc
    .array(fc.oneof(text, thinking, thinking, call, search, fallback), { maxLength: 6 })
    .map((all): Block[] => all.flat()),
  /** After how many events it is stopped. */
  cut: fc.option(fc.nat(12), { nil: undefined, freq: 4 }),
  isAnswered: fc.boolean(),
})

/** What a thought is sealed with. Neither white space nor where one text ends and the next begins counts. */
function before(turns: readonly Turn[], blocks: readonly Block[] = []): string {
  const all = [...turns.flatMap(({ content }) => content), ...blocks]
  const sealed = all.filter(({ type }) => type !== 'thinking')
  return sealed
    .map((block) => {
      const fields = Object.entries(block).map((entry) => JSON.stringify(entry))
      return block.text?.replace(/\s/g, '') ?? fields.toSorted().join('')
    })
    .join('')
}

/** Why the API would refuse the conversation. */
function refusal(turns: readonly Turn[]): string | undefined {
  for (const [at, { role, content }] of turns.entries()) {
    const next = turns[at + 1]?.content ?? []
    if (content.length === 0) return 'no content'
    if (role === 'assistant' && content.at(-1)!.type === 'thinking') return 'it ends in a thought'
    for (const [place, block] of content.entries()) {
      const { type, id, signature } = block
      const answers = type === 'tool_use' ? next : content
      if (id && !answers.some((each) => each.tool_use_id === id)) return `no result of ${id}`
      if (type === 'text' && !block.text?.trim()) return 'white space'
      const seal = before(turns.slice(0, at), content.slice(0, place))
      if (type === 'thinking' && signature !== seal) return 'a thought of another conversation'
    }
  }
  return undefined
}

/** The events of a reply, in which each call has an id of its own and each thought its seal. */
function eventsOf(
  blocks: readonly Block[],
  turns: readonly Turn[],
  nextId: () => string,
): object[] {
  const said: Block[] = []
  let id = ''
  const events = blocks.flatMap((each, index) => {
    const block = { ...each }
    if (block.id === '') block.id = id = nextId()
    if (block.tool_use_id === '') block.tool_use_id = id
    if (block.type === 'thinking') block.signature = before(turns, said)
    said.push(block)
    return [
      { type: 'content_block_start', index, content_block: block },
      { type: 'content_block_stop', index },
    ]
  })
  return [{ type: 'message_start', message: { id: nextId() } }, ...events, { type: 'message_stop' }]
}

test('of what has been thought nothing is refused, whatever is called, stopped or left unanswered', () => {
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 6 }), (replies) => {
      let count = 0
      const nextId = (): string => `id_${(count += 1)}`
      const messages: ChatMessage[] = [message('user', 'Go')]
      for (const { blocks, cut, isAnswered } of replies) {
        const { messages: turns } = bodyOf(anthropic(), messages) as { messages: Turn[] }
        expect(refusal(turns)).toBeUndefined()
        const events = eventsOf(blocks, turns, nextId).slice(0, cut)
        const { content, parts } = receiveData(anthropic(), ...events).draft.snapshot()
        const answered = parts.map((part) =>
          part.type === 'tool-call' && part.state === 'ready' && isAnswered
            ? { ...part, state: 'done' as const, result: 'rain' }
            : part,
        )
        messages.push(message('assistant', content, answered), message('user', 'Go on'))
      }
      const { messages: turns } = bodyOf(anthropic(), messages) as { messages: Turn[] }
      expect(refusal(turns)).toBeUndefined()
    }),
    { numRuns: 300 },
  )
})
