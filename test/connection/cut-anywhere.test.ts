// A sample of what cut-anywhere.long.test.ts does at every byte. A failure says where it was cut.
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { eachOf, expected, places, startCutServer, type Cut } from './cut-anywhere.js'

test.each<Cut>(['reset', 'end'])('a stream cut by %s anywhere arrives whole', async (cut) => {
  const server = await startCutServer()
  onTestFinished(() => server.close())
  const drawn = fc.sample(fc.integer({ min: 0, max: places - 1 }), 80)
  await eachOf(new Set([0, 1, places - 1, ...drawn]), 16, async (place) => {
    expect(await server.read(cut, place), `after byte ${place}`).toEqual(expected(place))
  })
})
