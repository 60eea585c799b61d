'use client'

import { useInsertionEffect, useRef, useState } from 'react'
import type { StorageOptions } from '../stores/storage/storage.js'
import { useLayoutEffect } from './use-store.js'

/** What `useChatStorage` and `useTaskStorage` return. */
export interface UseStorageResult {
  /** Whether what was saved is shown, or nothing was saved. Always `false` in the first render. */
  isRestored: boolean
}

/**
 * Calls `store` for the target while the component is mounted, again when the target or the key changes.
 * Returns whether what was saved has been restored.
 */
export function useStorage<Target extends object>(
  target: Target,
  options: StorageOptions,
  store: (target: Target, options: StorageOptions) => () => void,
): UseStorageResult {
  const { key } = options
  const [restored, setRestored] = useState<{ target: Target; key: string }>()
  const latest = useRef(options)
  useInsertionEffect(() => {
    latest.current = options
  })

  useLayoutEffect(() => {
    const { storage } = latest.current
    return store(target, {
      key,
      storage,
      // `undefined` if the user has no handler: only then does a development build warn in the console.
      onError: latest.current.onError && ((error) => latest.current.onError?.(error)),
      onRestored() {
        setRestored({ target, key })
        latest.current.onRestored?.()
      },
    })
  }, [target, key, store])

  return { isRestored: restored?.target === target && restored.key === key }
}
