/** Reads the documents as the tests here need them: fences, tables, headings, links. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Fence {
  /** Relative to the repository. */
  file: string
  /** The line of the opening fence; the code begins on the next. */
  line: number
  language: string
  /** What follows the language. */
  info: string
  code: string
}

/** The documents that users read, relative to the repository. */
export function documents(): string[] {
  const own = readdirSync(root).filter((name) => name.endsWith('.md'))
  const pages = readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
  return [...own, ...pages.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]
}

export function sources(): string[] {
  return readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `src/${name}`)
}

export function read(file: string): string {
  return readFileSync(root + file, 'utf8')
}

/** The fences of a document, or of the comments of a source file. */
export function fences(file: string): Fence[] {
  const found: Fence[] = []
  let open: (Fence & { indent: string }) | undefined
  for (const [index, raw] of read(file).split('\n').entries()) {
    const line = file.endsWith('.md') ? raw : raw.replace(/^\s*\* ?/, '')
    const [, indent = '', language = '', info = ''] = /^(\s*)```([\w-]*)\s*(.*)$/.exec(line) ?? []
    const isMark = line.trimStart().startsWith('```')
    if (!open && isMark) open = { file, line: index + 1, language, info, code: '', indent }
    else if (open && isMark) {
      found.push(open)
      open = undefined
    } else if (open) open.code += `${line.replace(open.indent, '')}\n`
  }
  if (open) throw new Error(`${file}:${open.line}: this fence has no end`)
  return found
}

/** The file that a fence is, where its first line says so: `// api.ts`. */
export function nameOf({ code }: Fence): string | undefined {
  return /^\/\/ ([\w-]+\.tsx?)\n/.exec(code)?.[1]
}

/** The text of a document without its fences. */
export function prose(file: string): string {
  return read(file).replace(/^\s*```[\s\S]*?^\s*```$/gm, '')
}

/** What a heading is linked by, as GitHub makes it. */
export function anchors(file: string): string[] {
  const headings = [...prose(file).matchAll(/^#+ (.*)$/gm)]
  return headings.map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )
}

/** The targets of the links in a document, without those to the web. */
export function relativeLinks(file: string): string[] {
  const links = [...prose(file).matchAll(/\]\(([^)\s]+)\)/g)]
  return links.map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target))
}

/** The rows of all tables in a document, by the code in their first cell. */
export function rows(file: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [line] of prose(file).matchAll(/^\|.*\|$/gm)) {
    const cells = line.slice(1, -1).split(/(?<!\\)\|/)
    const [, name] = /`([^`]+)`/.exec(cells[0] ?? '') ?? []
    // An option may also be the name of an error further down.
    if (name && !found.has(name))
      found.set(
        name,
        cells.map((cell) => cell.trim()),
      )
  }
  return found
}

/** What a document is made of, in order and without its words: headings, fences, rows, items and paragraphs. */
export function outline(file: string): string[] {
  return read(file)
    .replace(/^(```\w*)[^]*?^```$/gm, '$1')
    .split('\n')
    .filter(Boolean)
    .map((line) => /^(```\w*|#+ |\||- |\d+\. )/.exec(line)?.[0] ?? 'paragraph')
}

/** The code of the fences of a document, without the comments. */
export function codeOf(file: string): string[] {
  return fences(file).map(({ code }) => withoutComments(code))
}

/** Code as a translation leaves it. */
export function withoutComments(code: string): string {
  return code.replace(/ *(?<!:)\/\/ .*/g, '')
}

/** The names of an interface's members, as they are written in its source. */
export function membersOf(file: string, name: string): string[] {
  const [, body] =
    new RegExp(`interface ${name}\\b[^]*? \\{\\n([^]*?)\\n\\}`).exec(read(file)) ?? []
  if (!body) throw new Error(`${file} has no interface ${name}`)
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[?(:]/gm)].map(([, member = '']) => member)
}
