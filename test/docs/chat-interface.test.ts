/** What the hooks of a chat's interface add to a page, and that they add nothing to one without them. */
import { expect, test } from 'vitest'
import { bundle, gzipped } from './bundle.js'
import { rows } from './markdown.js'

const hooks = ['useSmoothText', 'useChatInput', 'useStickToBottom', 'useStreamAnnouncer']

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
