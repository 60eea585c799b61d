import { expect, test } from 'vitest'
import { chatFor } from '../../../src/stores/chat/chats.js'

test('a page keeps the last hundred conversations that are idle, besides those in use', () => {
  const first = chatFor({ id: 'first' })
  for (let count = 0; count < 150; count += 1) chatFor({ id: `used-${count}` }).retain()
  expect(chatFor({ id: 'first' })).toBe(first)
  const used = chatFor({ id: 'used-0' })
  for (let count = 0; count < 99; count += 1) chatFor({ id: `idle-${count}` })
  expect(chatFor({ id: 'first' })).toBe(first)
  for (let count = 0; count < 100; count += 1) chatFor({ id: `later-${count}` })
  expect(chatFor({ id: 'first' })).not.toBe(first)
  expect(chatFor({ id: 'used-0' })).toBe(used)
})
