import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { guidesIn, type Folder } from './guides.js'

const site = dirname(fileURLToPath(import.meta.url))
const repository = join(site, '..')
const source = 'https://github.com/brooklet/brooklet/blob/main'

const { exports } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>
}

/** What can be imported, such as `brooklet/core`. Each has a page in the reference. */
export const modules: string[] = Object.keys(exports)
  .filter((entry) => !entry.endsWith('.json'))
  .map((entry) => posix.join('brooklet', entry))

/** Where the site finds its pages: those of the repository, with links that work on a site. */
export const pagesFolder: string = join(site, 'pages')

export interface Page {
  /** In the repository, as `docs/zh-CN/parser.md`. */
  file: string
  /** On the site, as `zh-CN/parser.md`. */
  path: string
  title: string
  /** The first paragraph, in plain text. */
  description: string
  text: string
}

/** The pages of a language, in the order in which they are read. */
export function readPages(folder: Folder): Page[] {
  const guides = guidesIn(folder).flatMap(({ paths }) => paths.map((path) => `docs/${path}`))
  const written = readdirSync(join(repository, 'docs', folder)).filter((name) =>
    name.endsWith('.md'),
  )
  const missing = written.filter((name) => !guides.includes(`docs/${folder}${name}`))
  if (missing.length > 0) throw new Error(`Expected all in a group, not: ${missing.join()}`)
  return [folder ? 'README.zh-CN.md' : 'README.md', ...guides].map(readPage)
}

/** Writes all pages, and returns them. TypeDoc has written the reference before. */
export function writePages(): Page[] {
  rmSync(pagesFolder, { recursive: true, force: true })
  const [english, chinese] = [readPages(''), readPages('zh-CN/')]
  for (const { path, text } of [...english, ...chinese]) {
    write(path, text)
    write(`public/${path}`, text) // as it is, for models
  }
  write('public/llms.txt', llmsIndex(english, chinese[0]!))
  write('public/llms-full.txt', english.map(({ text }) => text).join('\n'))
  cpSync(join(repository, 'playground/public'), join(pagesFolder, 'public'), { recursive: true })
  cpSync(join(site, 'images'), join(pagesFolder, 'public/images'), { recursive: true })
  // In English for both languages: the menu of languages leads from each page to its twin.
  for (const folder of ['', 'zh-CN', 'public']) {
    cpSync(join(site, 'reference'), join(pagesFolder, folder, 'reference'), { recursive: true })
  }
  return [...english, ...chinese]
}

function write(path: string, text: string): void {
  const file = join(pagesFolder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** `undefined` for what is not on the site. */
function sitePath(file: string): string | undefined {
  if (file === 'README.md') return 'index.md'
  if (file === 'README.zh-CN.md') return 'zh-CN/index.md'
  return file.match(/^docs\/(.+\.md)$/)?.[1]
}

function readPage(file: string): Page {
  const path = sitePath(file)!
  const text = withSiteLinks(file, withoutLanguages(readFileSync(join(repository, file), 'utf8')))
  const title = text.match(/^# (.+)$/m)?.[1] ?? path
  return { file, path, title, description: plain(firstParagraph(text)), text }
}

/** The site has a menu for what a file says in its first line. */
function withoutLanguages(text: string): string {
  return text.slice(text.indexOf('# '))
}

/** What a heading is linked by: the same on the site as on GitHub. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
}

/** The path of a relative link. */
const link = /(?<=\]\()(?!https?:|#)([^)#\s]+)(?=[)#])/g

function withSiteLinks(file: string, text: string): string {
  return text.replace(link, (target) => {
    const linked = posix.join(posix.dirname(file), decodeURIComponent(target))
    if (linked.startsWith('site/images/')) return linked.slice('site'.length)
    const path = sitePath(linked)
    if (path === undefined) return `${source}/${linked}`
    return posix.relative(posix.dirname(sitePath(file) ?? file), path)
  })
}

/** What AGENTS.md says to those who build an app. */
function adviceForApps(): string {
  const text = readFileSync(join(repository, 'AGENTS.md'), 'utf8')
  const [, advice = ''] = text.split(/^## .*\n\n/m)
  return withSiteLinks('AGENTS.md', advice)
}

/** What a model reads first: https://llmstxt.org */
export function llmsIndex([overview, ...guides]: Page[], chinese: Page): string {
  const row = ({ title, path, description }: Page): string =>
    `- [${title}](/${path}): ${description}`
  const sections = guidesIn('').map(({ title, paths }) => [
    `## ${title}\n`,
    ...guides.filter(({ path }) => paths.includes(path)).map(row),
    '',
  ])
  return [
    '# brooklet\n',
    `> ${overview!.description}\n`,
    adviceForApps(),
    `- [All of these pages in one file](/llms-full.txt)`,
    row({
      ...overview!,
      title: 'Overview',
      description: 'install it, the three hooks, sizes, what runs where',
    }),
    '',
    ...sections.flat(),
    '## Reference\n',
    ...modules.map((name) => `- [${name}](/reference/${name}.md)`),
    '',
    '## Optional\n',
    row({ ...chinese, title: '简体中文' }),
    '',
  ].join('\n')
}

function firstParagraph(text: string): string {
  return text.split('\n\n')[1]!.replaceAll('\n', ' ')
}

/** Without links, code marks and emphasis. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/[`*]|(?<!\w)_|_(?!\w)/g, '')
}
