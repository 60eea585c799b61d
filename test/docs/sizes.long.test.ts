/** The sizes that the English documents state. translations.test.ts compares them with the Chinese ones. */
import { describe, expect, test } from 'vitest'
import budgets from '../../.size-limit.mjs'
import * as protocols from '../../src/protocols/index.js'
import { bundle, gzipped } from './bundle.js'
import { prose, rows } from './markdown.js'

test('README.md states the budgets that CI checks', () => {
  const table = rows('README.md')
  const stated = budgets.map(({ import: names }) => [names, table.get(names)?.at(-1)])
  expect(stated).toEqual(budgets.map(({ import: names, limit }) => [names, limit]))
})

test('docs/comparison.md states that of useStreamChat', () => {
  const { limit } = budgets.find(({ import: names }) => names === '{ useStreamChat }')!
  expect(rows('docs/comparison.md').get('useStreamChat')?.[2]).toContain(`${parseFloat(limit)}`)
})

/** Bytes, minified and gzipped. */
async function added(name: string, base: string[]): Promise<number> {
  return gzipped(await bundle([...base, name])) - gzipped(await bundle(base))
}

/** What is wrong with a size in tenths of a kilobyte, if anything. gzip gives or takes some bytes. */
function fault(stated: string, bytes: number): string | undefined {
  const most = 1000 * Number.parseFloat(stated)
  const fits = bytes <= most + 30 && bytes > most - 150
  return fits ? undefined : `${stated} is stated of ${bytes} bytes`
}

const chat = ['useStreamChat']

describe('what an addition adds to a page', () => {
  test.each([
    ['docs/chat-interface.md', 'useSmoothText'],
    ['docs/chat-interface.md', 'useChatInput'],
    ['docs/chat-interface.md', 'useStickToBottom'],
    ['docs/chat-interface.md', 'useStreamAnnouncer'],
    ['docs/chat-additions.md', 'useChatBranches'],
    ['docs/chat-additions.md', 'useChatQueue'],
    ['docs/chat-additions.md', 'useStreamObject'],
    ['docs/chat-additions.md', 'readFiles'],
    ['docs/chat-additions.md', 'previewFile'],
  ])('%s has it in the row of %s', async (page, name) => {
    expect(fault(rows(page).get(name)!.at(-1)!, await added(name, chat))).toBeUndefined()
  })

  test.each([
    ['docs/chat-tools.md', 'useChatTools', chat, /It adds (.+?) kB/],
    ['docs/chat-storage.md', 'useChatStorage', chat, /It adds (.+?) kB/],
    ['docs/chat-storage.md', 'indexedDb', [...chat, 'useChatStorage'], /another (.+?) kB/],
    ['docs/task-storage.md', 'useTaskStorage', ['useTaskManager'], /It adds (.+?) kB/],
  ])('%s has it in a sentence about %s', async (page, name, base, sentence) => {
    expect(fault(sentence.exec(prose(page))![1]!, await added(name, base))).toBeUndefined()
  })

  /** What of each can be told in minified code. */
  const traces = {
    useSmoothText: 'Segmenter',
    useChatInput: 'enterKeyHint',
    useStickToBottom: 'ResizeObserver',
    useStreamAnnouncer: 'clipPath',
    useChatBranches: 'lastId',
    useChatQueue: 'queued-',
    useStreamObject: 'is not whole',
    readFiles: 'arrayBuffer',
    previewFile: 'createObjectURL',
  }

  test('is nothing where the page does not import it', async () => {
    const found = (code: string) => Object.values(traces).filter((trace) => code.includes(trace))
    expect(found(await bundle([...chat, ...Object.keys(traces)]))).toEqual(Object.values(traces))
    expect(found(await bundle(chat))).toEqual([])
  })
})

/** The last cell of each row about a protocol, by its name. */
function protocolsIn(page: string): [name: string, size: string][] {
  return [...rows(page)].flatMap(([call, cells]) => {
    const name = call.replace(/\(.*/, '')
    const size = cells.at(-1)!
    return name in protocols && size.endsWith(' kB') ? [[name, size]] : []
  })
}

const stated = [
  { hook: 'useStreamChat', sizes: protocolsIn('docs/protocols.md') },
  { hook: 'useTaskManager', sizes: protocolsIn('docs/task-protocols.md') },
]

describe.each(stated)('to a page with $hook', ({ hook, sizes }) => {
  test.each(sizes)('%s adds about %s', async (name, size) => {
    const bytes = gzipped(await bundle([hook], [name])) - gzipped(await bundle([hook]))
    expect(fault(size, bytes)).toBeUndefined()
  })
})

test('every protocol has a size', () => {
  const named = stated.flatMap(({ sizes }) => sizes.map(([name]) => name))
  const exported = Object.keys(protocols).filter((name) => name !== 'StreamError')
  expect(named.toSorted()).toEqual(exported.toSorted())
})
