import { parseError } from '../../formats/parse-error.js'
import type { StreamEvent } from '../../formats/types.js'
import { validate, type InferredLast, type StandardSchema } from '../standard-schema.js'

/** How an event's data becomes a value: as it is, as JSON, by a function, or as JSON that a schema checks. */
export type ValueParser<T> =
  | 'text'
  | 'json'
  | ((data: string, event: StreamEvent) => InferredLast<T>)
  | StandardSchema<T>

/** @throws {StreamError} `parse`, whatever was wrong with the data. */
export function parseValue(parser: ValueParser<unknown>, event: StreamEvent): unknown {
  try {
    if (parser === 'text') return event.data
    if (parser === 'json') return JSON.parse(event.data)
    // Before the functions: some schemas are functions as well.
    if ('~standard' in parser) return validate(parser, JSON.parse(event.data))
    return parser(event.data, event)
  } catch (cause) {
    throw parseError(event, cause)
  }
}
