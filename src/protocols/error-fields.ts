import { parseJson, text } from './json.js'

/** Finds the words of an error body that are in one of these fields. */
export function errorMessageIn(...fields: readonly string[]): (body: string) => string | undefined {
  return (body) => {
    try {
      const value = parseJson(body)
      return fields.map((field) => text(value?.[field])).find(Boolean)
    } catch {
      return undefined
    }
  }
}
