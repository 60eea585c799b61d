/** What several parts of the page read of a chat. Each part renders only when what it reads changes. */
import type { ChatSnapshot } from 'brooklet'

export const isLoadingOf = ({ isLoading }: ChatSnapshot): boolean => isLoading

export const isApprovalNeeded = ({ messages }: ChatSnapshot): boolean | undefined =>
  messages.at(-1)?.parts.some((part) => part.type === 'tool-call' && part.state === 'approval')

export const turnsOf = ({ messages }: ChatSnapshot): number =>
  messages.filter(({ role }) => role === 'user').length
