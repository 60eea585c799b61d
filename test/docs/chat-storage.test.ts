/** What the storage of a conversation adds to a page. */
import { expect, test } from 'vitest'
import { bundle, gzipped } from './bundle.js'
import { prose } from './markdown.js'

test.each(['docs/chat-storage.md', 'docs/zh-CN/chat-storage.md'])(
  '%s states what it adds, in tenths of a kilobyte',
  async (file) => {
    const [stated = 0] = [...prose(file).matchAll(/([\d.]+) kB/g)].map(
      ([, size]) => 1000 * Number(size),
    )
    const alone = gzipped(await bundle(['useStreamChat']))
    const added = gzipped(await bundle(['useStreamChat', 'useChatStorage'])) - alone
    const fits = added <= stated && added > stated - 150
    expect({ stated, added, fits }).toMatchObject({ fits: true })
  },
)
