/**
 * Every example that users can copy compiles: the ts and tsx fences of the documents, and those of
 * the doc comments in the sources. A fence marked `no-check` says why it cannot be compiled; one that
 * begins with `// api.ts` is what the others of its document import as `./api.js`.
 */
import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { documents, fences, nameOf, root, sources, type Fence } from './markdown.js'

const require = createRequire(import.meta.url)
const folder = join(root, 'node_modules/.cache/docs-examples', `${process.pid}`)
const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')

const all = [...documents(), ...sources()].flatMap(fences)
const examples = all.filter(isTypeScript).filter(({ info }) => !info.startsWith('no-check'))

function isTypeScript({ language }: Fence): boolean {
  return language === 'ts' || language === 'tsx'
}

/** In a folder of its document. */
function moduleName({ file, line, language }: Fence): string {
  return `${file.replaceAll('/', '+')}/${line}.${language}`
}

/** `README.md/30.tsx(4,7): error …`, as the line of the document. */
function inDocument(message: string): string {
  return message.replace(
    /^(?:.*\/)?([^/\s]+)\/(\d+)\.tsx?\((\d+),(\d+)\)/gm,
    (_, file: string, fence: string, line: string, column: string) =>
      `${file.replaceAll('+', '/')}:${Number(fence) + Number(line)}:${column}`,
  )
}

async function writeModule(fence: Fence): Promise<void> {
  const path = join(folder, moduleName(fence))
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, fence.code)
  const name = nameOf(fence)
  if (name) await writeFile(join(dirname(path), name), fence.code)
}

/** What the compiler says, one diagnostic each. */
async function compile(files: string[]): Promise<string[]> {
  const config = {
    extends: join(root, 'tsconfig.json'),
    // Each fence is a module of its own, whatever it imports.
    compilerOptions: { moduleDetection: 'force', types: ['node'] },
    include: [],
    files,
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const args = [compiler, '-p', folder, '--pretty', 'false']
  const { stdout } = await promisify(execFile)(process.execPath, args).catch(
    (error: { stdout: string }) => error,
  )
  return inDocument(stdout).split(/^(?=\S)/m)
}

const wrong: Fence = {
  file: 'docs/wrong.md',
  line: 10,
  language: 'ts',
  info: '',
  code: `import { useEventSource } from 'brooklet'\nuseEventSource(1)\n`,
}
const isOfWrong = (diagnostic: string): boolean => diagnostic.startsWith(wrong.file)
let diagnostics: string[]

beforeAll(async () => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const all = [...examples, wrong]
  await Promise.all(all.map(writeModule))
  diagnostics = await compile(all.map(moduleName))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test('there are examples, in the documents and in the sources', () => {
  const files = new Set(examples.map(({ file }) => file))
  expect([...files]).toEqual(expect.arrayContaining(['README.md', 'src/hooks/use-task.ts']))
})

test('the examples compile', () => {
  expect(diagnostics.filter((diagnostic) => !isOfWrong(diagnostic))).toEqual([])
})

test('an example that does not compile is found, with file and line', () => {
  expect(diagnostics.filter(isOfWrong)).toEqual([
    expect.stringContaining('docs/wrong.md:12:16: error TS'),
  ])
})

test('no example escapes the compiler without a reason', () => {
  const escaped = all.filter(
    ({ language, info }) =>
      /^(js|jsx|javascript|typescript)$/.test(language) || /^no-check[^\p{L}]*$/u.test(info),
  )
  expect(escaped.map(({ file, line }) => `${file}:${line}`)).toEqual([])
})
