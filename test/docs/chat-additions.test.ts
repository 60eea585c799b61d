/** What each addition to a chat adds to a page, and that it adds nothing to one without it. */
import { expect, test } from 'vitest'
import { bundle, gzipped } from './bundle.js'
import { membersOf, rows } from './markdown.js'

const additions = [
  'useChatBranches',
  'useChatQueue',
  'useStreamObject',
  'readFiles',
  'previewFile',
] as const

/** What of each can be told in minified code. */
const traces = ['lastId', 'queued-', 'is not whole', 'arrayBuffer', 'createObjectURL']

test('a page that imports useStreamChat alone gets nothing of them', async () => {
  const found = (code: string) => traces.filter((trace) => code.includes(trace))
  expect(found(await bundle(['useStreamChat', ...additions]))).toEqual(traces)
  expect(found(await bundle(['useStreamChat']))).toEqual([])
})

/** The others are described in prose. */
function isOfHook(name: string): boolean {
  return name !== 'save' && name !== 'restore'
}

test.each(['docs/chat-additions.md', 'docs/zh-CN/chat-additions.md'])(
  '%s states what each adds, in tenths of a kilobyte, and names each field',
  async (file) => {
    const table = rows(file)
    const without = gzipped(await bundle(['useStreamChat']))
    for (const name of additions) {
      const stated = 1000 * Number.parseFloat(table.get(name)?.at(-1) ?? '')
      const added = gzipped(await bundle(['useStreamChat', name])) - without
      const fits = added <= stated && added > stated - 150
      expect({ name, added, fits }).toMatchObject({ fits: true })
    }
    expect([...table.keys()]).toEqual(
      expect.arrayContaining([
        ...membersOf('src/hooks/use-chat-branches.ts', 'UseChatBranchesResult'),
        ...membersOf('src/stores/chat-branches.ts', 'ChatBranches').filter(isOfHook),
        ...membersOf('src/hooks/use-chat-queue.ts', 'UseChatQueueResult'),
        ...membersOf('src/stores/chat-queue.ts', 'ChatQueue'),
        ...membersOf('src/stores/stream-object.ts', 'StreamObjectSnapshot'),
        ...membersOf('src/stores/stream-object.ts', 'StreamObjectActions'),
        ...membersOf('src/stores/attachments.ts', 'ReadFilesOptions'),
      ]),
    )
  },
)
