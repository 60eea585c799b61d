/** The streams that are parsed, about 1 MiB each, and the ways they are cut into chunks. */
export interface Stream {
  name: string
  bytes: Uint8Array
}

export interface Chunking {
  name: string
  size: number
}

const TARGET = 1024 * 1024

export const chunkings: readonly Chunking[] = [
  { name: 'whole', size: Number.POSITIVE_INFINITY },
  { name: '64 KiB', size: 64 * 1024 },
  { name: '16 KiB', size: 16 * 1024 },
  { name: '1 KiB', size: 1024 },
  { name: '256 B', size: 256 },
  { name: '64 B', size: 64 },
]

export const streams: readonly Stream[] = [
  { name: 'LF', bytes: repeat((i) => deltaEvent(i, ' brook', '\n')) },
  { name: 'CRLF', bytes: repeat((i) => deltaEvent(i, ' brook', '\r\n')) },
  { name: 'CR', bytes: repeat((i) => deltaEvent(i, ' brook', '\r')) },
  { name: 'CJK', bytes: repeat((i) => deltaEvent(i, '小溪流过山谷，一路不停。', '\n')) },
  {
    name: 'short named',
    bytes: repeat((i) => `event: token\nid: ${i}\ndata: {"t":"${i % 97}"}\n\n`),
  },
]

/** What a model API streams for one token. */
function deltaEvent(index: number, content: string, lineEnd: string): string {
  const chunk = {
    id: 'chatcmpl-7f3a9c',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'model-1',
    choices: [{ index: 0, delta: { content: `${content}${index % 10}` }, finish_reason: null }],
  }
  return `data: ${JSON.stringify(chunk)}${lineEnd}${lineEnd}`
}

function repeat(event: (index: number) => string): Uint8Array {
  const encoder = new TextEncoder()
  const parts: string[] = []
  for (let size = 0; size < TARGET;) {
    const part = event(parts.length)
    parts.push(part)
    size += encoder.encode(part).length
  }
  return encoder.encode(parts.join(''))
}

export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
  return chunks
}
