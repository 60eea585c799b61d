import { number, type Json } from './json.js'
import type { MessageDraft } from './types.js'

/** Counts of tokens under the backend's own names. Without any there is no usage to show. */
export function readUsage(input: unknown, output: unknown, draft: MessageDraft): void {
  const inputTokens = number(input)
  const outputTokens = number(output)
  if ((inputTokens ?? outputTokens) !== undefined) draft.setUsage({ inputTokens, outputTokens })
}

/** What several models have counted together; `undefined` where none has. */
export function sumOf(
  all: readonly (object | null | undefined)[],
  count: string,
): number | undefined {
  const counts = all
    .map((each) => number((each as Json)?.[count]))
    .filter((each) => each !== undefined)
  return counts.length > 0 ? counts.reduce((total, each) => total + each) : undefined
}
