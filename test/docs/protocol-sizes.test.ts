/** What each protocol adds to a page that has its hook. */
import { beforeAll, describe, expect, test } from 'vitest'
import * as protocols from '../../src/protocols/index.js'
import { bundle, gzipped } from './bundle.js'
import { rows } from './markdown.js'

/** The last cell of each row about a protocol, by its name. */
function statedIn(file: string): [name: string, size: string][] {
  const all = [...rows(file)].map(([call, cells]): [string, string] => [
    call.replace(/\(.*/, ''),
    cells.at(-1) ?? '',
  ])
  return all.filter(([name, size]) => name in protocols && size.endsWith(' kB'))
}

const chats = statedIn('docs/protocols.md')
const tasks = statedIn('docs/task-protocols.md')

/** Bytes that gzip gives or takes by what else is in the bundle. */
const noise = 30

describe.each([
  ['useStreamChat', chats],
  ['useTaskManager', tasks],
])('to a page with %s', (hook, all) => {
  let alone = 0
  beforeAll(async () => {
    alone = gzipped(await bundle([hook]))
  })

  test.each(all)('%s adds about %s', async (name, size) => {
    const stated = 1000 * Number.parseFloat(size)
    const added = gzipped(await bundle([hook], [name])) - alone
    const fits = added <= stated + noise && added > stated - 150
    expect({ added, stated, fits }).toMatchObject({ fits: true })
  })
})

test('all protocols have a size, and the same one in both languages', () => {
  const named = [...chats, ...tasks].map(([name]) => name)
  expect(named.toSorted()).toEqual(
    Object.keys(protocols)
      .filter((name) => name !== 'StreamError')
      .toSorted(),
  )
  expect(statedIn('docs/zh-CN/protocols.md')).toEqual(chats)
  expect(statedIn('docs/zh-CN/task-protocols.md')).toEqual(tasks)
})
