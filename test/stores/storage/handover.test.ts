// What a component that has left is still saving, and who has to wait for it.
import { expect, test } from 'vitest'
import { handedOver, handOver } from '../../../src/stores/storage/handover.js'

test('the savings under two keys of a storage are told apart, and those of two storages', () => {
  const storage = {}
  const [one, other] = [Promise.resolve(), Promise.resolve()]
  handOver(storage, 'one', one)
  handOver(storage, 'other', other)
  expect(handedOver(storage, 'one')).toBe(one)
  expect(handedOver(storage, 'other')).toBe(other)
  expect(handedOver({}, 'one')).toBeUndefined()
})
