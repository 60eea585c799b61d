import { number } from './json.js'
import type { MessageDraft } from './types.js'

/** Counts of tokens under the backend's own names. Without any there is no usage to show. */
export function readUsage(input: unknown, output: unknown, draft: MessageDraft): void {
  const inputTokens = number(input)
  const outputTokens = number(output)
  if ((inputTokens ?? outputTokens) !== undefined) draft.setUsage({ inputTokens, outputTokens })
}
