import { expect, test } from 'vitest'
import { chatFor } from '../../../src/stores/chat/chats.js'

/** As many components as that come and leave, each with a conversation of its own. */
async function pass(name: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) chatFor({ id: `${name}-${index}` }).retain()()
  await new Promise((resolve) => setTimeout(resolve))
}

test('a page keeps the last hundred conversations that are idle, besides those in use', async () => {
  const first = chatFor({ id: 'first' })
  first.retain()()
  for (let count = 0; count < 150; count += 1) chatFor({ id: `used-${count}` }).retain()
  expect(chatFor({ id: 'first' })).toBe(first)
  const used = chatFor({ id: 'used-0' })
  await pass('idle', 99)
  expect(chatFor({ id: 'first' })).toBe(first)
  await pass('one more', 1)
  await pass('and another', 1)
  expect(chatFor({ id: 'first' })).toBe(first)
  await pass('later', 100)
  await pass('last', 1)
  expect(chatFor({ id: 'first' })).not.toBe(first)
  expect(chatFor({ id: 'used-0' })).toBe(used)
})
