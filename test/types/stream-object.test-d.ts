// oxlint-disable vitest/expect-expect -- the compiler asserts what stands here
import { useStreamObject, type StreamError } from 'brooklet'
import { createStreamObject, type DeepPartial } from 'brooklet/core'
import { type } from 'arktype'
import * as v from 'valibot'
import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'

const schema = z.object({
  kind: z.enum(['walk', 'swim']),
  stops: z.array(z.object({ name: z.string(), minutes: z.number() })),
  day: z.string().transform((text) => new Date(text)),
})

interface Partly {
  readonly kind?: string
  readonly stops?: readonly { readonly name?: string; readonly minutes?: number }[]
  readonly day?: string
}

test('the object is what the model writes, so far; the result is what the schema makes of it', () => {
  const { object, result, error, submit } = useStreamObject({ schema })
  expectTypeOf(object).toEqualTypeOf<Partly | undefined>()
  expectTypeOf(result).toEqualTypeOf<z.output<typeof schema> | undefined>()
  expectTypeOf(error).toEqualTypeOf<StreamError | undefined>()
  expectTypeOf(submit('A day')).toEqualTypeOf<Promise<z.output<typeof schema>>>()
})

test('a store is as good as options', () => {
  const store = createStreamObject({ schema, url: '/api/day' })
  expectTypeOf(store.getSnapshot().object).toEqualTypeOf<Partly | undefined>()
  expectTypeOf(useStreamObject(store).result).toEqualTypeOf<z.output<typeof schema> | undefined>()
})

test('of valibot and of arktype', () => {
  const byValibot = useStreamObject({ schema: v.object({ count: v.number() }) })
  expectTypeOf(byValibot.object).toEqualTypeOf<{ readonly count?: number } | undefined>()
  expectTypeOf(byValibot.result).toEqualTypeOf<{ count: number } | undefined>()
  const byArktype = useStreamObject({ schema: type({ count: 'number' }) })
  expectTypeOf(byArktype.object).toEqualTypeOf<{ readonly count?: number } | undefined>()
  expectTypeOf(byArktype.result).toEqualTypeOf<{ count: number } | undefined>()
})

test('a function says its type', () => {
  const { object, result } = useStreamObject({ schema: (value) => ({ count: Number(value) }) })
  expectTypeOf(object).toEqualTypeOf<{ readonly count?: number } | undefined>()
  expectTypeOf(result).toEqualTypeOf<{ count: number } | undefined>()
})

test('what may be half is a string, what is no object stays', () => {
  expectTypeOf<DeepPartial<'a' | 'b' | 7 | null>>().toEqualTypeOf<string | 7 | null>()
  expectTypeOf<DeepPartial<unknown>>().toEqualTypeOf<unknown>()
  expectTypeOf<DeepPartial<string[][]>>().toEqualTypeOf<readonly (readonly string[])[]>()
})

test('what is refused', () => {
  // @ts-expect-error -- without a schema nobody knows what comes
  createStreamObject({ url: '/api/day' })
  // @ts-expect-error -- no conversation to begin with
  createStreamObject({ schema, initialMessages: [] })
  // @ts-expect-error -- no message
  void createStreamObject({ schema }).submit({ prompt: 'A day' })
})
