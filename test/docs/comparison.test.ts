import { expect, test } from 'vitest'
import { read } from './markdown.js'

test.each([
  ['docs/comparison.md', 'yes'],
  ['docs/zh-CN/comparison.md', '有'],
])('%s links each "%s" of ours to a test', (file, yes) => {
  // links.test.ts proves that the tests are there.
  const features = read(file).split('\n## ')[1]!
  const ours = features.split('\n').flatMap((line) => /^\| [^|]+\| ([^|]+)/.exec(line)?.[1] ?? [])
  const claims = ours.filter((cell) => !/^(-+|brooklet) *$/.test(cell))
  expect(claims.length).toBeGreaterThan(20)
  const isProven = new RegExp(`^\\[${yes}\\]\\((\\.\\./)+test/[\\w/.-]+\\.test\\.tsx?\\)`)
  expect(claims.filter((cell) => !isProven.test(cell))).toEqual([])
})
