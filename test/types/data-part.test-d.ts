import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { dataPartOf, type MessagePart, type TypedDataPart } from '../../src/index.js'

declare const part: MessagePart

const schemas = {
  weather: z.object({ city: z.string(), celsius: z.string().transform(Number) }),
  log: z.string(),
}

test('a data part is known by its name', () => {
  const found = dataPartOf(schemas, part)
  expectTypeOf(found?.name).toEqualTypeOf<'weather' | 'log' | undefined>()
  if (found?.name === 'log') expectTypeOf(found.data).toEqualTypeOf<string>()
  if (found?.name === 'weather') {
    expectTypeOf(found).toEqualTypeOf<TypedDataPart<'weather', { city: string; celsius: number }>>()
  }
  // @ts-expect-error what is no schema
  dataPartOf({ weather: 1 }, part)
})
