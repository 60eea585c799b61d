import { StreamError } from '../errors.js'
import type { StreamEvent } from '../formats/types.js'
import { describeIssues, type StandardSchema } from './standard-schema.js'

/** How an event's data becomes a value: as it is, as JSON, by a function, or as JSON that a schema checks. */
export type ValueParser<T> =
  | 'text'
  | 'json'
  | ((data: string, event: StreamEvent) => T)
  | StandardSchema<T>

/** @throws {StreamError} `parse`, whatever was wrong with the data. */
export function parseValue(parser: ValueParser<unknown>, event: StreamEvent): unknown {
  if (parser === 'text') return event.data
  try {
    if (parser === 'json') return JSON.parse(event.data)
    // Before the functions: some schemas are functions as well.
    if ('~standard' in parser) return validate(parser, JSON.parse(event.data))
    return parser(event.data, event)
  } catch (cause) {
    throw parseError(event, cause)
  }
}

function validate(schema: StandardSchema, value: unknown): unknown {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) throw new TypeError('the schema is asynchronous, a stream is not')
  if (result.issues) throw new TypeError(describeIssues(result.issues))
  return result.value
}

function parseError(event: StreamEvent, cause: unknown): StreamError {
  if (cause instanceof StreamError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  const start = event.data.slice(0, 100)
  return new StreamError(
    'parse',
    `The data of event "${event.type}" did not parse: ${reason}. It starts with ${JSON.stringify(start)}`,
    { body: event.data.slice(0, 65_536), cause },
  )
}
