/**
 * What a server sends is not ours to choose: whatever it is, a reader reports it or ignores it, and
 * the stream goes on. The events are made of each protocol's own words, so that they get far.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeEvent } from '../../src/formats/encode.js'
import type { StreamFormat } from '../../src/formats/types.js'
import * as factories from '../../src/protocols/index.js'
import type { ChatProtocol } from '../../src/protocols/types.js'
import { receive } from './receive.js'

const { StreamError: _error, withTools: _wrapper, fromUiMessages: _saved, ...others } = factories
const protocols = others as unknown as Record<string, () => ChatProtocol>
const folder = fileURLToPath(new URL('../../src/protocols/', import.meta.url))
/** Those for chats: the readers of tasks have no draft to write to. */
const chats = Object.entries(protocols).filter(([, make]) => {
  const reader = make().reader({ format: 'sse', headers: new Headers() })
  return reader.read.length === 2
})

/** What the protocol's file, and those it is made of, read of an event, and what they compare it with. */
function vocabularyOf(name: string): { fields: string[]; words: string[] } {
  const own = sourceOf(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
  const imported = [...own.matchAll(/from '\.\/([\w/-]+)\.js'/g)].map(([, file]) => sourceOf(file!))
  const all = [own, ...imported].join('\n')
  return {
    fields: unique(all.matchAll(/\?\.(\w+)|(\w+)(?:: \w+)?,? (?=.*\} = \w)/g)),
    words: unique(all.matchAll(/'([\w/.-]+)'/g)),
  }
}

function sourceOf(file: string): string {
  return readFileSync(`${folder}${file}.ts`, 'utf8')
}

function unique(matches: Iterable<RegExpMatchArray>): string[] {
  const found = [...matches].map(([, first, second]) => first ?? second!)
  return [...new Set(['type', ...found])]
}

/** The test of each protocol, with so many replies. */
export function testAnyEvents(numRuns: number): void {
  test.each(chats)('%s', (name, make) => {
    const { fields, words } = vocabularyOf(name)
    const [field, word] = [fc.constantFrom(...fields), fc.constantFrom(...words)]
    const odd = fc.constantFrom<unknown>(
      0,
      1,
      -1,
      1.5,
      null,
      true,
      false,
      '',
      '{',
      '{}',
      '"x"',
      'Hi',
    )
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.oneof(word, odd),
        fc.dictionary(field, tie('value'), { maxKeys: 8 }),
        fc.dictionary(field, tie('value'), { minKeys: Math.min(3, fields.length), maxKeys: 8 }),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    }))
    const kind = fc.record({ type: word, event: word }, { requiredKeys: [] })
    const object = fc
      .tuple(
        fc.dictionary(field, value, { minKeys: Math.min(2, fields.length), maxKeys: 12 }),
        kind,
      )
      .map(([some, more]) => ({ ...some, ...more }))
    const data = fc.oneof({ weight: 1, arbitrary: value }, { weight: 4, arbitrary: object })
    const event = fc.record({ event: fc.option(word, { nil: undefined }), data })
    const protocol = make()
    const asked = protocol.format ?? protocol.detectFormat?.('text/event-stream')
    const format: StreamFormat = asked ?? 'sse'

    function encode(each: { event?: string; data: unknown }): string {
      const data = JSON.stringify(each.data)
      if (format === 'sse') return encodeEvent('sse', { event: each.event, data })
      const name = each.event ?? 'data'
      return `event: ${name}\ndata: ${data}\n\n${name}:${data}\n`
    }

    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) => {
        const { draft } = receive(protocol, format, events.map(encode))
        const { parts, content } = draft.snapshot()
        expect(typeof content).toBe('string')
        for (const part of parts) {
          if ('text' in part) expect(part.text).toBeTypeOf('string')
          if (part.type === 'tool-call') expect(part.name).toBeTypeOf('string')
        }
        expect({}).not.toHaveProperty('type')
      }),
      { numRuns },
    )
  })
}
