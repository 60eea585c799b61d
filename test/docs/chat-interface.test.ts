/** What the hooks of a chat's interface add to a page, and that they add nothing to one without them. */
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { expect, test } from 'vitest'
import { root, rows } from './markdown.js'

const hooks = ['useSmoothText', 'useChatInput', 'useStickToBottom', 'useStreamAnnouncer']

/** What a page loads at once that imports these from `brooklet`. */
async function bundle(names: string[]): Promise<string> {
  const page = 'virtual:page'
  const result = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: page,
        resolveId: (id) => (id === page ? id : undefined),
        load: (id) =>
          id === page ? `export { ${names.join(', ')} } from '${root}src/index.ts'` : undefined,
      },
    ],
    build: {
      write: false,
      minify: true,
      rolldownOptions: { input: page, external: ['react'], preserveEntrySignatures: 'strict' },
    },
  })
  const { output } = result as Rolldown.RolldownOutput
  const code = output.filter((file) => file.type === 'chunk' && !file.isDynamicEntry)
  return code.map((file) => ('code' in file ? file.code : '')).join('')
}

const gzipped = (code: string): number => gzipSync(code, { level: 9 }).length

/** What of each can be told in minified code. */
const traces = ['Segmenter', 'enterKeyHint', 'ResizeObserver', 'clipPath']

test('a page that imports useStreamChat alone gets nothing of them', async () => {
  const found = (code: string) => traces.filter((trace) => code.includes(trace))
  expect(found(await bundle(['useStreamChat', ...hooks]))).toEqual(traces)
  expect(found(await bundle(['useStreamChat']))).toEqual([])
})

test.each(['docs/chat-interface.md', 'docs/zh-CN/chat-interface.md'])(
  '%s states what each adds, in tenths of a kilobyte',
  async (file) => {
    const table = rows(file)
    const without = gzipped(await bundle(['useStreamChat']))
    for (const hook of hooks) {
      const stated = 1000 * Number.parseFloat(table.get(hook)?.at(-1) ?? '')
      const added = gzipped(await bundle(['useStreamChat', hook])) - without
      expect({ hook, added, fits: added <= stated && added > stated - 150 }).toMatchObject({
        fits: true,
      })
    }
  },
)
