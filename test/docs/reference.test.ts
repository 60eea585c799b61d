/** The tables of the documents say what the code says: names, defaults and error codes. */
import { describe, expect, test } from 'vitest'
import { anchors, membersOf, read, rows, sources } from './markdown.js'

const pages = [
  {
    page: 'use-event-source.md',
    store: 'src/stores/events/event-stream.ts',
    members: [
      ...membersOf('src/stores/events/event-stream-types.ts', 'EventStreamHandlers'),
      ...membersOf('src/stores/events/event-stream-types.ts', 'Reducing'),
      ...membersOf('src/stores/events/event-stream-seam.ts', 'AnyOptions'),
      ...membersOf('src/stores/events/event-stream-types.ts', 'EventStreamSnapshot'),
      ...membersOf('src/stores/events/event-stream-types.ts', 'EventStreamActions'),
      ...membersOf('src/connection/types.ts', 'SubscriptionOptions'),
      ...membersOf('src/connection/types.ts', 'Sharing'),
      ...membersOf('src/hooks/use-event-source.ts', 'HookOptions'),
    ],
    defaults: { parse: "'text'" },
  },
  {
    page: 'use-stream-chat.md',
    store: 'src/stores/chat/turn.ts',
    members: [
      ...membersOf('src/stores/chat/chat-types.ts', 'ChatOptions'),
      ...membersOf('src/stores/chat/chat-types.ts', 'ChatSnapshot'),
      ...membersOf('src/stores/chat/chat-types.ts', 'ChatActions'),
    ],
    defaults: { url: inSources(/url = ('\/api\/chat')/), protocol: 'auto()' },
  },
  {
    page: 'use-task-manager.md',
    store: 'src/stores/tasks/task-run.ts',
    members: [
      ...membersOf('src/stores/tasks/task-types.ts', 'Task'),
      ...membersOf('src/stores/tasks/task-types.ts', 'TaskManagerOptions'),
      ...membersOf('src/stores/tasks/task-types.ts', 'TaskManagerSnapshot'),
      ...membersOf('src/stores/tasks/task-types.ts', 'TaskManagerActions'),
      ...membersOf('src/hooks/use-task-manager.ts', 'UseTaskManagerResult'),
    ],
    defaults: {
      url: inSources(/url = ('\/api\/generate')/),
      concurrency: inSources(/concurrency = (\d+)/),
      protocol: 'progressEvents()',
      keepCanceled: 'false',
    },
  },
]

const requestMembers = [
  ...membersOf('src/connection/types.ts', 'RequestOptions'),
  ...membersOf('src/connection/types.ts', 'RetryOptions').map((name) => `retry.${name}`),
]

describe.each(pages)('$page', ({ page, store, members, defaults }) => {
  describe.each(inBoth(page))('%s', (file) => {
    const table = rows(file)

    test('has a row for each option and field', () => {
      expect([...table.keys()]).toEqual(expect.arrayContaining([...members, ...requestMembers]))
    })

    test('states the defaults of the code', () => {
      const expected = { ...defaults, ...connectionDefaults(store) }
      const stated = Object.keys(expected).map((name) => [name, defaultIn(table.get(name))])
      expect(Object.fromEntries(stated)).toEqual(expected)
    })
  })
})

test.each(inBoth('chat-additions.md'))('%s has a row for each field of the additions', (file) => {
  // The others of a branched chat are described in prose.
  const ofBranches = membersOf('src/stores/chat/branches/chat-branches.ts', 'ChatBranches').filter(
    (name) => name !== 'save' && name !== 'restore',
  )
  expect([...rows(file).keys()]).toEqual(
    expect.arrayContaining([
      ...ofBranches,
      ...membersOf('src/hooks/use-chat-branches.ts', 'UseChatBranchesResult'),
      ...membersOf('src/hooks/use-chat-queue.ts', 'UseChatQueueResult'),
      ...membersOf('src/stores/chat/chat-queue.ts', 'ChatQueue'),
      ...membersOf('src/stores/chat/stream-object.ts', 'StreamObjectSnapshot'),
      ...membersOf('src/stores/chat/stream-object.ts', 'StreamObjectActions'),
      ...membersOf('src/stores/chat/attachments.ts', 'ReadFilesOptions'),
    ]),
  )
})

test.each(inBoth('errors.md'))('%s has a section for every error code, and no other', (page) => {
  const [, union = ''] = /StreamErrorCode =\n((?: {2}\| '.*'\n)+)/.exec(read('src/errors.ts')) ?? []
  const codes = [...union.matchAll(/'(.*)'/g)].map(([, code]) => code)
  expect(codes).toContain('network')
  expect(anchors(page).slice(1)).toEqual(codes)
})

test.each(['docs/', 'docs/zh-CN/'])('%s describes the protocols that there are', (folder) => {
  const exported = read('src/protocols/index.ts').matchAll(/export \{ (\w+).* \} from '\.\/(?!\.)/g)
  const described = ['protocols.md', 'task-protocols.md']
    .flatMap((page) => [...rows(folder + page).keys()])
    .flatMap((name) => /^\w+(?=\()/.exec(name)?.[0] ?? [])
  expect(new Set(described)).toEqual(new Set([...exported].map(([, name]) => name)))
})

/** A page in both languages. */
function inBoth(page: string): string[] {
  return [`docs/${page}`, `docs/zh-CN/${page}`]
}

/** What the connection of this store does unless it is told otherwise. */
function connectionDefaults(store: string): Record<string, string> {
  const [, body = ''] = /defaults: ConnectionDefaults = \{([^}]*)\}/.exec(read(store)) ?? []
  const value = (name: string): string =>
    (new RegExp(`${name}: (\\w+)`).exec(body)?.[1] ?? 'missing').replaceAll('_', '')
  return {
    'retry.attempts': value('attempts'),
    'retry.minDelay': value('minDelay'),
    'retry.maxDelay': value('maxDelay'),
    'retry.jitter': inSources(/defaultJitter = ([\d.]+)/),
    connectTimeout: value('connectTimeout'),
    idleTimeout: '0',
    maxEventSize: `${16 * 1024 * 1024}`,
    credentials: "'same-origin'",
  }
}

/** What a pattern finds in the sources, wherever they keep it. */
function inSources(pattern: RegExp): string {
  const found = sources().flatMap((file) => pattern.exec(read(file))?.[1] ?? [])
  if (found.length !== 1) throw new Error(`${pattern} is in the sources ${found.length} times`)
  return found[0]!
}

/** The code in the cell of the default. */
function defaultIn(cells: string[] | undefined): string | undefined {
  return /^`([^`]+)`/.exec(cells?.[2] ?? '')?.[1]
}
