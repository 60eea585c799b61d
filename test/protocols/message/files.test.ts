import { expect, test } from 'vitest'
import type { FilePart } from '../../../src/protocols/message/message.js'
import {
  fileData,
  fileUrl,
  filesOf,
  isImage,
  kindOf,
  refuseFile,
} from '../../../src/protocols/message/files.js'
import { image, message } from '../conversation.js'

const file = (more: Partial<FilePart>): FilePart => ({ type: 'file', mediaType: 'a/b', ...more })

test.each<[Partial<FilePart>, string, string | undefined]>([
  [{ data: 'AA==' }, 'data:a/b;base64,AA==', 'AA=='],
  [{ data: 'AA==', url: 'https://a.b' }, 'data:a/b;base64,AA==', 'AA=='],
  [{ url: 'data:a/b;base64,AA==' }, 'data:a/b;base64,AA==', 'AA=='],
  [{ url: 'data:a/b;charset=utf-8;base64,AA==' }, 'data:a/b;charset=utf-8;base64,AA==', 'AA=='],
  [{ url: 'data:a/b,text' }, 'data:a/b,text', undefined],
  [{ url: 'https://a.b' }, 'https://a.b', undefined],
  [{}, '', undefined],
])('%j is at %j, and is %j in base64', (more, url, data) => {
  expect([fileUrl(file(more)), fileData(file(more))]).toEqual([url, data])
})

test.each([
  ['image/png', 'image', true],
  ['audio/wav', 'audio', false],
  ['video/mp4', 'video', false],
  ['application/pdf', undefined, false],
  ['imagery/png', undefined, false],
])('%s is of the kind %s', (mediaType, kind, expected) => {
  expect([kindOf(file({ mediaType })), isImage(file({ mediaType }))]).toEqual([kind, expected])
})

test('a file that an API does not take is named, or its type is', () => {
  const refuse = (more: Partial<FilePart>) => () => refuseFile(file(more), 'an image')
  expect(refuse({ name: 'a.pdf' })).toThrow('Expected an image, got a.pdf')
  expect(refuse({})).toThrow('Expected an image, got a/b')
})

test('the files of a message are those among its parts', () => {
  expect(filesOf(message('user', 'Hi', [{ type: 'text', text: 'Hi' }, image]))).toEqual([image])
})
