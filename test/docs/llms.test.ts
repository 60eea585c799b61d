/** What the site gives to models. */
import { expect, test } from 'vitest'
import { llmsIndex, readPages } from '../../site/pages.js'
import { documents } from './markdown.js'

const english = readPages('')
const chinese = readPages('zh-CN/')
const index = llmsIndex(english, chinese[0]!)

test('every document of a user is a page of the site', () => {
  const files = [...english, ...chinese].map(({ file }) => file)
  const own = documents().filter((file) => /^(docs\/|README)/.test(file))
  expect(files.toSorted()).toEqual(own.toSorted())
})

test('llms.txt names each English page once, with what it is about, the hooks first', () => {
  const rows = [...index.matchAll(/^- \[(.+)\]\(\/((?!reference|zh-CN)[\w-]+\.md)\): (.+)$/gm)]
  expect(rows.map(([, , path]) => path)).toEqual(english.map(({ path }) => path))
  expect(rows[1]!.slice(1)).toEqual([
    'useEventSource',
    'use-event-source.md',
    expect.stringMatching(/^useEventSource subscribes to a stream of events/),
  ])
})

test('llms.txt gives the advice of AGENTS.md to those who build an app', () => {
  const [, advice] = index.split(/^(?:> .*|- .*)$/m)
  expect(advice).toContain('](use-stream-chat.md)')
  expect(advice).toContain('Three traps:')
  expect(index).not.toContain('In this repository')
})

test('a page for models has links to other pages for models', () => {
  const { text } = english.find(({ path }) => path === 'use-event-source.md')!
  expect(text).toContain('](use-stream-chat.md)')
  expect(text).not.toMatch(/\]\(zh-CN/)
})

test('the pictures of a page are where the site has them', () => {
  const pictures = [...english, ...chinese].flatMap(
    ({ text }) => text.match(/!\[.+?\]\((.+)\)/)?.[1],
  )
  expect(pictures.filter(Boolean)).toEqual([
    '/images/cut-the-wire.gif',
    '/images/cut-the-wire.zh-CN.gif',
  ])
})
