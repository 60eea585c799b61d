import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchors, documents, read, relativeLinks, root } from './markdown.js'

/** What is wrong with a link, if anything. */
function fault(file: string, link: string): string | undefined {
  const [path = '', heading] = decodeURIComponent(link).split('#')
  const target = path === '' ? file : normalize(join(dirname(file), path))
  if (!existsSync(join(root, target))) return `${link}: there is no ${target}`
  if (heading === undefined || anchors(target).includes(heading)) return undefined
  return `${link}: ${target} has no such heading`
}

describe.each(documents())('%s', (file) => {
  test('links to files and headings that exist', () => {
    expect(relativeLinks(file).flatMap((link) => fault(file, link) ?? [])).toEqual([])
  })
})

test('each README names the other in its first line', () => {
  expect(read('README.md').split('\n', 1)[0]).toContain('(README.zh-CN.md)')
  expect(read('README.zh-CN.md').split('\n', 1)[0]).toContain('(README.md)')
})

test('every page is linked from the README of its language', () => {
  const pages = documents().filter((file) => file.startsWith('docs/'))
  const isChinese = (file: string): boolean => file.includes('zh-CN')
  const linked = (readme: string): string[] => relativeLinks(readme)
  expect(linked('README.md')).toEqual(
    expect.arrayContaining(pages.filter((page) => !isChinese(page))),
  )
  expect(linked('README.zh-CN.md')).toEqual(expect.arrayContaining(pages.filter(isChinese)))
})
