import { readFile, readdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { createConsumer, type Consumer } from './consumer.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const entries = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [{ entry: name.replace(/^\./, 'brooklet'), target }],
)

let consumer: Consumer
beforeAll(async () => void (consumer = await createConsumer()), 120_000)
afterAll(() => consumer?.remove())

/** Every file of the build that has this ending, with its text without comments. */
async function builtFiles(ending: string): Promise<{ name: string; text: string }[]> {
  const names = await readdir(join(consumer.installed, 'dist'), { recursive: true })
  return Promise.all(
    names
      .filter((name) => name.endsWith(ending))
      .map(async (name) => {
        const text = await readFile(join(consumer.installed, 'dist', name), 'utf8')
        return { name, text: text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '') }
      }),
  )
}

test('no public type is `any`', async () => {
  const declarations = await builtFiles('.d.ts')
  expect(declarations.length).toBeGreaterThan(20)
  const found = declarations.flatMap(({ name, text }) =>
    text.split('\n').flatMap((line) => (/\bany\b/.test(line) ? [`${name}: ${line.trim()}`] : [])),
  )
  expect(found).toEqual([])
})

test('what runs in pages needs no method that browsers have had only since the middle of 2023', async () => {
  const later = /\.(toReversed|toSorted|toSpliced|with|withResolvers|groupBy|fromAsync|canParse)\(/
  const found = (await builtFiles('.js')).flatMap(({ name, text }) =>
    /^(server|testing)\//.test(name) || !later.test(text) ? [] : [name],
  )
  expect(found).toEqual([])
})

test.each(entries)('$entry is there, and has types', async ({ target }) => {
  const declarations = await readFile(join(consumer.installed, target.types), 'utf8')
  expect(declarations).toMatch(/export /)
  expect(dirname(target.types)).toBe(dirname(target.default))
})

test('every entry is imported by plain Node, and those that export StreamError share one', async () => {
  const names = entries.map(({ entry }) => entry)
  const output = await consumer.runInProject(`
    const modules = await Promise.all(${JSON.stringify(names)}.map((name) => import(name)))
    const errors = new Set(modules.flatMap(({ StreamError = [] }) => StreamError))
    console.log(JSON.stringify({ errors: errors.size, names: modules.map(Object.keys) }))
  `)
  const { errors, names: exported } = JSON.parse(output) as { errors: number; names: string[][] }
  expect(errors).toBe(1)
  const [main, core] = exported
  expect(main).toEqual(
    expect.arrayContaining(['useEventSource', 'useStreamChat', 'useTask', 'useTaskManager']),
  )
  expect(core).toEqual(
    expect.arrayContaining(['createChat', 'createEventStream', 'createTaskManager']),
  )
})

test('only the hooks need React: the other entries are imported where there is none', async () => {
  const output = await consumer.runInProject(`
    import { rmSync } from 'node:fs'
    rmSync('node_modules/react')
    await import('brooklet/core')
    await import('brooklet/eventsource')
    await import('brooklet/parser')
    await import('brooklet/protocols')
    await import('brooklet/server')
    console.log(await import('brooklet').then(() => 'found', ({ code }) => code))
  `)
  await symlink(join(root, 'node_modules/react'), join(consumer.project, 'node_modules/react'))
  expect(output).toBe('ERR_MODULE_NOT_FOUND')
})

test('importing it opens nothing that would keep a process alive', async () => {
  const output = await consumer.runInProject(`
    await import('brooklet')
    console.log(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length)
  `)
  expect(output).toBe('0')
})

test("every module of a hook begins with 'use client', and no other does", async () => {
  const modules = await builtFiles('.js')
  const clients = modules.filter(({ text }) => /^\s*['"]use client['"]/.test(text))
  const hooks = modules.filter(({ name }) => /hooks[\\/]use-[a-z-]+\.js$/.test(name))
  const usesReact = hooks.filter(({ text }) => /from ['"]react['"]|\.\/use-/.test(text))
  expect(usesReact.length).toBeGreaterThanOrEqual(4)
  expect(clients.map(({ name }) => name).sort()).toEqual(usesReact.map(({ name }) => name).sort())
})

test('the package ships what its manifest says: the build, its sources, and no dependencies', () => {
  expect(manifest).not.toHaveProperty('dependencies')
  expect(manifest.sideEffects).toBe(false)
  expect(manifest.type).toBe('module')
  expect(Object.keys(manifest.peerDependencies)).toEqual(['react'])
  expect(manifest.files).toContain('dist')
})

test('tools that know no exports find the hooks', () => {
  const { main, types, exports } = manifest
  expect({ types, default: main }).toEqual(exports['.'])
})

test('a page is compiled with no help: not of Node, nor of skipLibCheck', async () => {
  const code = entries.map(({ entry }, n) => `export * as entry${n} from '${entry}'`).join('\n')
  expect(
    await consumer.compile([code], { lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] }),
  ).toBe('')
})

test('a library that is built on it can declare what it makes of the options and results', async () => {
  const code = `
    import { dataPartOf, toolCallOf, useChatStorage, useStreamChat, useTaskManager } from 'brooklet'
    import type { ChatOptions, EventStreamOptions, MessagePart, TaskManagerOptions } from 'brooklet'
    import type { ChatRequest } from 'brooklet/protocols'

    export const taskOptions = ({ url, ...rest }: TaskManagerOptions) => ({ url, rest })
    export const chatOptions = ({ url, ...rest }: ChatOptions) => ({ url, rest })
    export const streamOptions = ({ key, ...rest }: EventStreamOptions<string>) => ({ key, rest })
    export const request = ({ url, ...rest }: ChatRequest) => ({ url, rest })
    export const callOf = (part: MessagePart) => toolCallOf({ now: { execute: () => 1 } }, part)
    export const dataOf = (part: MessagePart) => dataPartOf({}, part)
    export const useChat = () => {
      const { chat, ...rest } = useStreamChat()
      return { ...rest, saved: useChatStorage(chat, { key: 'chat' }) }
    }
    export const useTasks = () => ({ ...useTaskManager() })
  `
  const ofServer = `
    import type { EventStreamOptions } from 'brooklet/server'
    export const split = ({ status, ...rest }: EventStreamOptions) => ({ status, rest })
  `
  const options = { declaration: true, lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] }
  for (const each of [code, ofServer]) {
    expect(await consumer.compile([each], { ...options, skipLibCheck: true })).toBe('')
  }
})

test('a server is compiled without the DOM, and what it may set there is known', async () => {
  const code = `
    import { createChat } from 'brooklet/core'
    import { detectFormat } from 'brooklet/parser'
    import { openaiChat, type ChatRequest } from 'brooklet/protocols'
    import { eventStreamResponse } from 'brooklet/server'
    import { createStreamServer } from 'brooklet/testing'
    import { EventSource } from 'brooklet/eventsource'

    export const known = [detectFormat, openaiChat, createStreamServer, EventSource]
    export function GET(request: Request): Response {
      return eventStreamResponse(request, ({ send }) => send({ data: 1 }), { headers: { a: 'b' } })
    }
    createChat({ headers: () => new Headers(), body: { model: 'm' }, credentials: 'include' })
    export const asked: ChatRequest = { headers: [['a', 'b']], body: {} }

    // @ts-expect-error -- no headers
    eventStreamResponse(new Request('http://x.test'), () => {}, { headers: 5 })
    // @ts-expect-error -- no headers
    createChat({ headers: 5 })
    // @ts-expect-error -- no credentials
    createChat({ credentials: 'all' })
    // @ts-expect-error -- no headers
    export const wrong: ChatRequest = { headers: 5, body: {} }
  `
  expect(await consumer.compile([code], { lib: ['ES2023'], types: ['node'] })).toBe('')
})

test('what Node and others give is taken where an optional property cannot be undefined', async () => {
  const code = `
    import { createServer } from 'node:http'
    import { createSecureServer } from 'node:http2'
    import { nodeHandler, redisStore } from 'brooklet/server'
    import fastify from 'fastify'
    import { Redis } from 'ioredis'
    import { createClient } from 'redis'

    const handle = nodeHandler(() => new Response())
    createServer(handle)
    createSecureServer(handle)
    fastify().all('/api/chat', handle)
    redisStore(createClient())
    redisStore(new Redis())
  `
  expect(await consumer.compile([code], { types: ['node'], skipLibCheck: true })).toBe('')
})

const mistakes = [
  {
    mistake: 'an unknown option',
    code: "useEventSource('/x', { closeOm: 'end' })",
    words: "Did you mean to write 'closeOn'?",
  },
  {
    mistake: 'an unknown way to parse',
    code: "useEventSource('/x', { parse: 'xml' })",
    words: `'"xml"' is not assignable to type '"json" | StandardSchema`,
  },
  {
    mistake: 'a handler of another value than the parsed one',
    code: "useEventSource('/x', { parse: Number, onEvent: (_, value: string) => value })",
    words: "Type 'number' is not assignable to type 'string'",
  },
  {
    mistake: 'a state without what makes the next one',
    code: "useEventSource('/x', { initial: 0 })",
    words: "Property 'reduce' is missing",
  },
  {
    mistake: 'a type of JSON that nothing is said to read',
    code: "useEventSource<{ cpu: number }>('/x', { closeOn: 'end' })",
    words: "Property 'parse' is missing",
  },
  {
    mistake: 'the result of a hook where its store is asked for',
    code: 'useChatBranches(useStreamChat())',
    words: "missing the following properties from type 'Chat'",
  },
  {
    mistake: 'a protocol by its name',
    code: "useStreamChat({ protocol: 'openai' })",
    words: "Type 'string' is not assignable to type 'ChatProtocol'",
  },
]

describe('the compiler names', () => {
  let complaints: string[]
  beforeAll(async () => {
    const imports = "import { useChatBranches, useEventSource, useStreamChat } from 'brooklet'"
    const modules = mistakes.map(({ code }) => `${imports}\n${code}`)
    const options = { lib: ['ES2022', 'DOM'], types: [], skipLibCheck: true }
    const output = await consumer.compile(modules, options)
    complaints = output.split(/^module(?=\d)/m)
  }, 60_000)

  test.each(mistakes)('$mistake', (mistake) => {
    const start = `${mistakes.indexOf(mistake)}.ts`
    expect(complaints.find((each) => each.startsWith(start))).toContain(mistake.words)
  })
})
