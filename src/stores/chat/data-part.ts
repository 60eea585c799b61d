import type { DataPart, MessagePart } from '../../protocols/message/message.js'
import { validate, type SchemaOutput, type StandardSchema } from '../standard-schema.js'

/** What a page expects in data parts: Standard Schemas (of zod, valibot, arktype), by the parts' names. */
export type DataSchemas = Readonly<Record<string, StandardSchema>>

/** A data part that one of these schemas has checked. */
export type DataPartOf<Schemas extends DataSchemas> = {
  [Name in keyof Schemas & string]: TypedDataPart<Name, SchemaOutput<Schemas[Name]>>
}[keyof Schemas & string]

/** A data part that is known. */
export interface TypedDataPart<Name extends string, Data> extends DataPart {
  name: Name
  data: Data
}

/**
 * Returns a part as a data part of one of these names, with what its schema makes of the data. Returns
 * `undefined` if it has none of the names, or its data is not as the schema says. The schemas must be
 * synchronous.
 *
 * @example
 * ```ts
 * import { dataPartOf, type MessagePart } from 'brooklet'
 * import { z } from 'zod'
 *
 * const schemas = { weather: z.object({ city: z.string(), celsius: z.number() }) }
 *
 * function caption(part: MessagePart): string | undefined {
 *   const weather = dataPartOf(schemas, part)
 *   return weather && `${weather.data.city}: ${weather.data.celsius} °C`
 * }
 * ```
 */
export function dataPartOf<Schemas extends DataSchemas>(
  schemas: Schemas,
  part: MessagePart,
): DataPartOf<Schemas> | undefined {
  if (part.type !== 'data' || !Object.hasOwn(schemas, part.name)) return undefined
  try {
    return { ...part, data: validate(schemas[part.name]!, part.data) } as DataPartOf<Schemas>
  } catch {
    return undefined
  }
}
