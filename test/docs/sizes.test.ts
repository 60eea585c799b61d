import { expect, test } from 'vitest'
import { read, rows } from './markdown.js'

const budgets = JSON.parse(read('.size-limit.json')) as { import: string; limit: string }[]

test.each(['README.md', 'README.zh-CN.md'])('%s states the budgets that CI checks', (file) => {
  const table = rows(file)
  const stated = budgets.map(({ import: names }) => [names, table.get(names)?.at(-1)])
  expect(stated).toEqual(budgets.map(({ import: names, limit }) => [names, limit]))
})
