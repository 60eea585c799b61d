import { describe, expect, test } from 'vitest'
import { codeOf, membersOf, read, rows, withoutComments } from './markdown.js'

describe.each(['docs/testing.md', 'docs/zh-CN/testing.md'])('%s', (page) => {
  test.each(['example.dom.test.tsx', 'example-msw.dom.test.tsx'])(
    'has %s, which runs, as an example',
    (file) => {
      expect(codeOf(page)).toContain(withoutComments(read(`test/testing/${file}`)))
    },
  )

  test.each([
    ['src/testing/stream-server.ts', 'StreamServer'],
    ['src/testing/exchange.ts', 'Exchange'],
    ['src/testing/clock.ts', 'TestClock'],
  ])('has a row for each member of %s: %s', (file, name) => {
    const described = [...rows(page).keys()].map((key) => key.replace(/\(.*/, ''))
    expect(described).toEqual(expect.arrayContaining(membersOf(file, name)))
  })
})
