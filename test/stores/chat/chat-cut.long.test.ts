// A reply of 60 deltas, cut after every single byte in turn: always exactly its text.
import { expect, test } from 'vitest'
import { ways, wrongAfterCuts } from './chat-cut.js'

/** Characters of one to four bytes, a cluster of several, spaces and line ends at either side. */
const words = ['lost ', '没丢', '🚀\n', ' é', '👩🏽‍💻', '\n\n']

const deltas = Array.from({ length: 60 }, (_, at) => words[at % words.length]! + at)

test.each(ways)(
  'a reply cut by $how at every byte (ids: $withIds) is neither lost nor doubled',
  async (way) => {
    expect(await wrongAfterCuts(deltas, way)).toEqual([])
  },
)
