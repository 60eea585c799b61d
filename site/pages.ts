import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

const site = dirname(fileURLToPath(import.meta.url))
const repository = join(site, '..')
const source = 'https://github.com/brooklet/brooklet/blob/main'

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

/** Writes all pages, and returns them. TypeDoc has written the reference before. */
export function writePages(): Page[] {
  rmSync(pagesFolder, { recursive: true, force: true })
  const pages = sourceFiles().map(readPage)
  for (const { path, text } of pages) {
    write(path, text)
    write(`public/${path}`, text) // as it is, for models
  }
  cpSync(join(repository, 'playground/public'), join(pagesFolder, 'public'), { recursive: true })
  // In English for both languages: the menu of languages leads from each page to its twin.
  for (const folder of ['', 'zh-CN']) {
    cpSync(join(site, 'reference'), join(pagesFolder, folder, 'reference'), { recursive: true })
  }
  const english = pages.filter(({ path }) => !path.startsWith('zh-CN/'))
  write('public/llms.txt', llmsIndex(english))
  write('public/llms-full.txt', english.map(({ text }) => text).join('\n'))
  return pages
}

function write(path: string, text: string): void {
  const file = join(pagesFolder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function sourceFiles(): string[] {
  const guides = ['docs', 'docs/zh-CN'].flatMap((folder) =>
    readdirSync(join(repository, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  )
  return ['README.md', 'README.zh-CN.md', ...guides]
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
    const path = sitePath(linked)
    if (path === undefined) return `${source}/${linked}`
    return posix.relative(posix.dirname(sitePath(file)!), path)
  })
}

/** What a model reads first: https://llmstxt.org */
function llmsIndex([readme, ...guides]: Page[]): string {
  const rows = guides.map(
    ({ title, path, description }) => `- [${title}](/${path}): ${description}`,
  )
  return `# brooklet\n\n> ${readme!.description}\n\n## Docs\n\n${rows.join('\n')}\n`
}

function firstParagraph(text: string): string {
  return text.split('\n\n')[1]!.replaceAll('\n', ' ')
}

/** Without links, code marks and emphasis. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/[`*]|(?<!\w)_|_(?!\w)/g, '')
}
