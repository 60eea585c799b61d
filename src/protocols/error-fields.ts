import { errorMessage } from './backend-error.js'
import { parseJson, text } from './json.js'

/** Finds the words of an error body that are in one of these fields, or where others have them: a proxy may answer. */
export function errorMessageIn(...fields: readonly string[]): (body: string) => string | undefined {
  return (body) => {
    try {
      const value = parseJson(body)
      return fields.map((field) => text(value?.[field])).find(Boolean) ?? errorMessage(body)
    } catch {
      return undefined
    }
  }
}
