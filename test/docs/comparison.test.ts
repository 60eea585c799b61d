import { expect, test } from 'vitest'
import { read, rows } from './markdown.js'

const budgets = JSON.parse(read('.size-limit.json')) as { import: string; limit: string }[]

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

test.each(['docs/comparison.md', 'docs/zh-CN/comparison.md'])('%s states our size', (file) => {
  const { limit } = budgets.find(({ import: names }) => names === '{ useStreamChat }')!
  expect(rows(file).get('useStreamChat')?.[2]).toContain(parseFloat(limit).toString())
})
