/** What the documents say in one language they say in the other. */
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codeOf, documents, outline, prose, read, relativeLinks, rows } from './markdown.js'

const pages = documents().filter((file) => /^docs\/[^/]+\.md$/.test(file))
const translations = documents().filter((file) => file.startsWith('docs/zh-CN/'))

test('each English page has a Chinese one, and no Chinese page is without an English one', () => {
  expect(translations.toSorted()).toEqual(pages.map(inChinese).toSorted())
})

test.each(pages)('%s is linked with its translation, in the first line of each', (page) => {
  const name = basename(page)
  expect(read(page).split('\n', 1)).toEqual([`[简体中文](zh-CN/${name})`])
  expect(read(inChinese(page)).split('\n', 1)).toEqual([`[English](../${name})`])
})

describe.each(['README.md', ...pages])('%s', (page) => {
  const translation = inChinese(page)

  test('has the headings, paragraphs, examples, rows and items of its translation', () => {
    expect(outline(translation)).toEqual(outline(page))
    expect([...rows(translation).keys()]).toEqual([...rows(page).keys()])
  })

  test('imports in its examples what its translation does', () => {
    expect(importsIn(translation)).toEqual(importsIn(page))
  })

  test('names in its words what its translation does', () => {
    expect(namesIn(translation)).toEqual(namesIn(page))
  })

  test('states the sizes that its translation does, and the figures of its tables', () => {
    expect(sizesIn(translation)).toEqual(sizesIn(page))
    expect(figuresIn(translation)).toEqual(figuresIn(page))
  })

  test('leads to the pages that its translation does, each in its own language', () => {
    const [, ...links] = relativeLinks(page)
    const [, ...translated] = relativeLinks(translation)
    expect(targets(translated)).toEqual(targets(links))
    expect(translated.filter(isEnglish)).toEqual([])
  })
})

function inChinese(page: string): string {
  return page === 'README.md' ? 'README.zh-CN.md' : page.replace('docs/', 'docs/zh-CN/')
}

function importsIn(file: string): string[] {
  return codeOf(file).flatMap((code) => code.match(/^import [^;]*? from '.*'$/gm) ?? [])
}

/** The names of options, functions, codes and so on, wherever a sentence puts them. */
function namesIn(file: string): string[] {
  const names = [...prose(file).matchAll(/`([\w.@/-]+(?:\(\))?)`/g)].map(([, name = '']) => name)
  return [...new Set(names)].toSorted()
}

/** In kilobytes. */
function sizesIn(file: string): string[] {
  return (prose(file).match(/[\d.]+(?:–[\d.]+)? kB/g) ?? []).toSorted()
}

/** The numbers in each row, wherever its cells put them. */
function figuresIn(file: string): string[][] {
  const lines = prose(file).match(/^\|.*\|$/gm) ?? []
  return lines.map((line) => (unlinked(line).match(/\d+(?:[.,:–-]\d+)*/g) ?? []).toSorted())
}

function unlinked(line: string): string {
  return line.replace(/\]\([^)]*\)/g, ']')
}

/** The files: their headings are translated. */
function targets(links: string[]): string[] {
  return links
    .map((link) => basename(link.split('#', 1)[0]!).replace('.zh-CN', ''))
    .filter(Boolean)
    .toSorted()
}

/** As a link on a Chinese page. */
function isEnglish(link: string): boolean {
  return /^(docs\/|\.\.\/)[^/]+\.md|^(\.\.\/)+README\.md/.test(link)
}
