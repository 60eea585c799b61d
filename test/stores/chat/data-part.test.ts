import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { aiSdk } from '../../../src/protocols/index.js'
import { dataPartOf } from '../../../src/stores/chat/data-part.js'
import { startChat } from './chat-support.js'

describe('dataPartOf', () => {
  test('checks the data parts of a reply by their names', async () => {
    const { chat, nextCall } = startChat({ protocol: aiSdk() })
    const reply = chat.sendMessage('Weather?')
    await (
      await nextCall()
    ).send(
      { type: 'data-weather', id: 'w', data: { city: 'Oslo', celsius: '4' } },
      { type: 'data-place', data: [59.9, 10.7] },
      { type: 'data-alarm', data: 'ice' },
      { type: 'data-log', data: 'asked the station' },
      { type: 'finish' },
      '[DONE]',
    )
    await reply
    const schemas = {
      weather: z.object({ city: z.string(), celsius: z.coerce.number() }),
      place: v.tuple([v.number(), v.number()]),
      alarm: type("'ice' | 'storm'"),
    }
    const { parts } = chat.getSnapshot().reply!
    expect(parts.map((part) => dataPartOf(schemas, part))).toEqual([
      { type: 'data', name: 'weather', id: 'w', data: { city: 'Oslo', celsius: 4 } },
      { type: 'data', name: 'place', data: [59.9, 10.7] },
      { type: 'data', name: 'alarm', data: 'ice' },
      undefined,
    ])
    expect(parts[0]).toMatchObject({ data: { celsius: '4' } })
  })

  test('returns nothing for data that is not as the schema says, nor for other parts', () => {
    const schemas = { weather: z.object({ celsius: z.number() }), text: z.unknown() }
    const wrong = { celsius: 'warm' }
    expect(dataPartOf(schemas, { type: 'data', name: 'weather', data: wrong })).toBeUndefined()
    expect(dataPartOf(schemas, { type: 'data', name: 'toString', data: wrong })).toBeUndefined()
    expect(dataPartOf(schemas, { type: 'text', text: 'warm' })).toBeUndefined()
  })
})
