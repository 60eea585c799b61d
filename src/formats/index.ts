/**
 * Bytes to events: SSE, NDJSON, JSON text sequences and plain text.
 *
 * @module brooklet/parser
 */

export { StreamError, type StreamErrorCode, type StreamErrorDetails } from '../errors.js'
export { createParser } from './create-parser.js'
export { detectFormat } from './detect-format.js'
export { readEvents, type ReadEventsOptions } from './read-events.js'
export type { Parser, ParserHandlers, ParserOptions, StreamEvent, StreamFormat } from './types.js'
