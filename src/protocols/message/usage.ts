import { number, type Json } from '../json/json.js'
import type { MessageDraft } from '../types.js'

/** Sets the usage, if the backend has sent any of these counts of tokens. */
export function readUsage(input: unknown, output: unknown, draft: MessageDraft): void {
  const inputTokens = number(input)
  const outputTokens = number(output)
  if ((inputTokens ?? outputTokens) !== undefined) draft.setUsage({ inputTokens, outputTokens })
}

/** The sum of a count over several models; `undefined` if none has it. */
export function sumOf(
  all: readonly (object | null | undefined)[],
  count: string,
): number | undefined {
  return total(all.map((each) => (each as Json)?.[count]))
}

/** The sum of those that are numbers; `undefined` if none is. */
export function total(counts: readonly unknown[]): number | undefined {
  const known = counts.map(number).filter((each) => each !== undefined)
  return known.length > 0 ? known.reduce((sum, each) => sum + each) : undefined
}
