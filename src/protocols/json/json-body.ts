import { detectFormat } from '../../formats/detect-format.js'
import type { StreamFormat } from '../../formats/types.js'

/**
 * For backends that may answer a request for a stream with one JSON document: a refusal, or the complete
 * reply. Read as a JSON text sequence without separators, it is one event, delivered at its end.
 */
export function detectFormatOrJson(contentType: string | null): StreamFormat | undefined {
  const isJson = /^(application\/json|text\/plain)\b(?!-)/i.test(contentType ?? '')
  return isJson ? 'json-seq' : detectFormat(contentType)
}
