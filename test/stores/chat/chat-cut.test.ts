// A short reply, cut at every byte. chat-cut.long.test.ts has a long one.
import { expect, test } from 'vitest'
import { ways, wrongAfterCuts } from './chat-cut.js'

const deltas = ['lost 没', '🚀\n']

test.each(ways)(
  'a reply cut by $how at every byte (ids: $withIds) is neither lost nor doubled',
  async (way) => {
    expect(await wrongAfterCuts(deltas, way)).toEqual([])
  },
)
