import type { StreamEvent } from 'brooklet/parser'
import type { Chunk } from '../support/cuts.js'

export interface Interpretation {
  events: StreamEvent[]
  comments: string[]
  retries: number[]
  lastEventId: string
}

/**
 * The standard's event stream interpretation, word for word and over the whole text at once: slow,
 * plain, and with nothing in common with the parser under test.
 */
export function interpret(stream: Chunk, initialId = ''): Interpretation {
  const result: Interpretation = { events: [], comments: [], retries: [], lastEventId: initialId }
  let dataBuffer = ''
  let typeBuffer = ''
  let idBuffer = initialId

  for (const line of completeLines(decode(stream))) {
    const match = /^([^:]*)(?::( ?)([^]*))?$/.exec(line)!
    const [, field, , value = ''] = match
    if (line === '') dispatch()
    else if (field === '') result.comments.push(line.slice(1))
    else if (field === 'event') typeBuffer = value
    else if (field === 'data') dataBuffer += `${value}\n`
    else if (field === 'id' && !value.includes('\0')) idBuffer = value
    else if (field === 'retry' && /^[0-9]+$/.test(value)) result.retries.push(Number(value))
  }
  return result

  function dispatch(): void {
    result.lastEventId = idBuffer
    if (dataBuffer !== '') {
      const data = dataBuffer.slice(0, -1)
      result.events.push({ type: typeBuffer || 'message', data, lastEventId: idBuffer })
    }
    dataBuffer = ''
    typeBuffer = ''
  }
}

function decode(stream: Chunk): string {
  return typeof stream === 'string'
    ? stream.replace(/^\uFEFF/, '')
    : new TextDecoder().decode(stream)
}

function completeLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/).slice(0, -1)
}
