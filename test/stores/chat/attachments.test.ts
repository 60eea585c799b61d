import { Buffer } from 'node:buffer'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as protocols from '../../../src/protocols/index.js'
import type { ChatProtocol } from '../../../src/protocols/types.js'
import { previewFile, readFiles } from '../../../src/stores/chat/attachments.js'
import { outcome, startChat } from './chat-support.js'

const png = new File(['\u0089PNG'], 'Brook.PNG', { type: 'image/png' })
const notes = new File(['# Notes'], 'notes.md')
const data = Buffer.from('\u0089PNG').toString('base64')

describe('readFiles', () => {
  test('makes parts of files', async () => {
    expect(await readFiles([png, notes])).toEqual([
      { type: 'file', mediaType: 'image/png', data, name: 'Brook.PNG' },
      {
        type: 'file',
        mediaType: 'application/octet-stream',
        data: Buffer.from('# Notes').toString('base64'),
        name: 'notes.md',
      },
    ])
    expect(await readFiles([])).toEqual([])
  })

  test('leaves the parameters of a media type out', async () => {
    const file = new File(['a'], 'a.txt', { type: 'text/plain;charset=utf-8' })
    expect((await readFiles([file]))[0]!.mediaType).toBe('text/plain')
  })

  test('writes any bytes in base64', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(0, 24_575, 24_576, 24_577, 100_000),
        async (bytes, more) => {
          const all = Buffer.concat([bytes, Buffer.alloc(more, 7)])
          const [part] = await readFiles([new File([all], 'bytes')])
          expect(part!.data).toBe(all.toString('base64'))
        },
      ),
      { numRuns: 30 },
    )
  })

  test.each([
    ['image/*', true],
    ['image/png', true],
    ['IMAGE/PNG', true],
    ['.png', true],
    ['application/pdf, .md,image/*', true],
    [' , ', true],
    ['*/*', true],
    ['.pdf,*', true],
    ['image/jpeg', false],
    ['.pn', false],
    ['image', false],
    ['video/*,.jpg', false],
  ])('accepts by the rules of HTML: %j', async (accept, isAccepted) => {
    const read = await outcome(readFiles([png], { accept }))
    if (isAccepted) expect(read).toHaveLength(1)
    else {
      expect(read).toMatchObject({
        code: 'invalid-option',
        message: `Expected files of ${accept}, Brook.PNG is image/png`,
      })
    }
  })

  test('accepts a file by its media type, whatever its parameters', async () => {
    const text = new File(['x'], 'x.txt', { type: 'text/plain;charset=utf-8' })
    expect(await readFiles([text], { accept: 'text/plain' })).toMatchObject([
      { mediaType: 'text/plain' },
    ])
  })

  test('says of a file without a type that it has none', async () => {
    expect(await outcome(readFiles([notes], { accept: 'image/*' }))).toMatchObject({
      message: 'Expected files of image/*, notes.md is of no known type',
    })
  })

  test('refuses what is too large, and reads none then', async () => {
    const large = new File([new Uint8Array(1_536)], 'large.bin')
    expect(await readFiles([large], { maxSize: 1_536 })).toHaveLength(1)
    expect(await outcome(readFiles([png, large], { maxSize: 1_024 }))).toMatchObject({
      code: 'too-large',
      message: 'Expected files of at most 1 KiB, large.bin has 1.5 KiB',
    })
    const huge = { name: 'huge.mov', type: '', size: 11 * 2 ** 20 } as File
    expect(await outcome(readFiles([huge]))).toMatchObject({
      message: 'Expected files of at most 10 MiB, huge.mov has 11 MiB',
    })
    const larger = { name: 'larger.mov', type: '', size: 10 * 2 ** 20 + 1 } as File
    expect(await outcome(readFiles([larger]))).toMatchObject({
      message: 'Expected files of at most 10 MiB, larger.mov has 10.1 MiB',
    })
  })

  test('refuses too many', async () => {
    expect(await outcome(readFiles([png, notes], { maxFiles: 1 }))).toMatchObject({
      code: 'too-large',
      message: 'Expected at most 1 files, got 2',
    })
    expect(await outcome(readFiles(Array.from({ length: 11 }, () => png)))).toMatchObject({
      code: 'too-large',
    })
  })

  test('says which one cannot be read, such as a folder', async () => {
    const folder = new File([], 'folder')
    folder.arrayBuffer = () => Promise.reject(new DOMException('not found', 'NotFoundError'))
    expect(await outcome(readFiles([folder]))).toMatchObject({
      code: 'invalid-option',
      message: 'Expected a file that can be read, folder cannot: NotFoundError: not found',
    })
  })
})

describe('previewFile', () => {
  test('shows a file, and a part of a message, until it is revoked', async () => {
    const [part] = await readFiles([png])
    for (const file of [png, part!]) {
      const { url, revoke } = previewFile(file)
      const response = await fetch(url)
      expect(response.headers.get('content-type')).toBe('image/png')
      expect(await response.text()).toBe('\u0089PNG')
      revoke()
      await expect(fetch(url)).rejects.toThrow()
    }
  })

  test('of a part that has an address is that', () => {
    const url = 'https://example.com/a.png'
    const preview = previewFile({ type: 'file', mediaType: 'image/png', url })
    expect(preview.url).toBe(url)
    preview.revoke()
  })
})

/** Where each API takes an image, in the last message. */
const dataUrl = `data:image/png;base64,${data}`
const forms: [name: string, protocol: ChatProtocol, form: unknown][] = [
  ['openaiChat', protocols.openaiChat(), { type: 'image_url', image_url: { url: dataUrl } }],
  ['openaiResponses', protocols.openaiResponses(), { type: 'input_image', image_url: dataUrl }],
  [
    'anthropic',
    protocols.anthropic(),
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
  ],
  ['gemini', protocols.gemini(), { inlineData: { mimeType: 'image/png', data } }],
  ['ollama', protocols.ollama(), { role: 'user', content: 'What is this?', images: [data] }],
  [
    'aiSdk',
    protocols.aiSdk(),
    { type: 'file', mediaType: 'image/png', filename: 'Brook.PNG', url: dataUrl },
  ],
]

test.each(forms)('a file that is sent reaches %s in its own form', async (_, protocol, form) => {
  const { chat, nextCall } = startChat({ protocol })
  void chat.sendMessage({ content: 'What is this?', parts: await readFiles([png]) })
  expect(objectsIn((await nextCall()).body)).toContainEqual(form)
})

test('a backend without a protocol of its own is not sent the file', async () => {
  const { chat, nextCall } = startChat()
  void chat.sendMessage({ content: 'What is this?', parts: await readFiles([png]) })
  const messages = [{ role: 'user', content: 'What is this?' }]
  expect((await nextCall()).body).toEqual({ messages })
})

test('the text of a message is among its parts, beside its files', async () => {
  const { chat } = startChat()
  const files = await readFiles([png])
  const text = { type: 'text', text: 'Look' } as const
  void chat.sendMessage({ content: 'Look', parts: files })
  expect(chat.getSnapshot().messages[0]!.parts).toEqual([text, ...files])
  chat.setMessages([
    { role: 'user', content: 'Look', parts: [...files, text] },
    { role: 'user', content: '', parts: files },
  ])
  expect(chat.getSnapshot().messages.map(({ parts }) => parts)).toEqual([[...files, text], files])
})

/** All objects anywhere in a value. */
function objectsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return [value, ...Object.values(value).flatMap(objectsIn)]
}
