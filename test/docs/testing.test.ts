import { describe, expect, test } from 'vitest'
import { fences, membersOf, read, rows } from './markdown.js'

const page = 'docs/testing.md'

test.each(['example.dom.test.tsx', 'example-msw.dom.test.tsx'])(
  '%s, which runs, is an example of the page',
  (file) => {
    const examples = fences(page).map(({ code }) => code)
    expect(examples).toContain(read(`test/testing/${file}`))
  },
)

describe.each([
  ['src/testing/stream-server.ts', 'StreamServer'],
  ['src/testing/exchange.ts', 'Exchange'],
  ['src/testing/clock.ts', 'TestClock'],
])('%s: %s', (file, name) => {
  test('has a row for each member', () => {
    const described = [...rows(page).keys()].map((key) => key.replace(/\(.*/, ''))
    expect(described).toEqual(expect.arrayContaining(membersOf(file, name)))
  })
})
