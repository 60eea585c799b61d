import type { KeyboardEvent } from 'react'

/** Not the one that takes back what an input method composes. */
export function isEscape({ key, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Escape' && !nativeEvent.isComposing
}
