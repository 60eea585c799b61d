// A stream of 200 events, cut after every single byte in turn: always exactly those events, in order.
import { expect, onTestFinished, test } from 'vitest'
import { eachOf, expected, places, startCutServer, type Cut } from './cut-anywhere.js'

test.each<Cut>(['reset', 'end'])('cut by %s after each of its bytes', async (cut) => {
  const server = await startCutServer()
  onTestFinished(() => server.close())
  await eachOf(Array(places).keys(), 32, async (place) => {
    expect(await server.read(cut, place), `after byte ${place}`).toEqual(expected(place))
  })
})
