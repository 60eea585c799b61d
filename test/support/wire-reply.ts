import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { createParser } from '../../src/formats/create-parser.js'
import { detectFormat } from '../../src/formats/detect-format.js'
import type { StreamFormat } from '../../src/formats/types.js'
import type { Usage } from '../../src/protocols/message/message.js'
import { createDraft } from '../../src/protocols/message/draft.js'
import { protocolNamed, type ProtocolName } from './protocol-named.js'
import { replyFixtures } from './reply-fixtures.js'

export interface WireReply {
  contentType: string
  /** In which its protocol reads it. */
  format: StreamFormat
  body: string
  /** What it is read as. */
  expected: { text: string; usage: Usage | null; finishReason: string | null }
}

const contentTypes: Record<string, string> = {
  '.sse': 'text/event-stream',
  '.ndjson': 'application/x-ndjson',
  '.txt': 'text/plain; charset=utf-8',
}

/** A reply in this protocol, as it is on the wire. */
export function wireReply(protocol: ProtocolName): WireReply {
  const file = new URL(`../fixtures/wire/${replyFixtures[protocol]!}`, import.meta.url)
  const contentType = contentTypes[extname(file.pathname)]!
  const { format: fixed, detectFormat: detect = detectFormat } = protocolNamed(protocol)
  const format = fixed ?? detect(contentType)!
  const result = file.pathname.replace(extname(file.pathname), '.expected.json')
  const expected = JSON.parse(readFileSync(new URL(result, file), 'utf8')) as WireReply['expected']
  return { contentType, format, body: readFileSync(file, 'utf8'), expected }
}

/** After how many bytes of its body a reply has said something. */
export function firstWords(body: Buffer, protocol: ProtocolName): number {
  const { format } = wireReply(protocol)
  const draft = createDraft()
  const reader = protocolNamed(protocol).reader({ format, headers: new Headers() })
  const parser = createParser(format, { onEvent: (event) => void reader.read(event, draft) })
  let length = 0
  while (draft.snapshot().content === '' && length < body.length) {
    parser.push(body.subarray(length, (length += 1)))
  }
  return length
}
