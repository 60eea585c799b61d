'use client'

import { useEffect, useInsertionEffect, useRef, useState } from 'react'
import type { Retention } from '../stores/retention.js'

type Retainable = Pick<Retention, 'retain'>

/**
 * The store that a hook was given, or one built from the hook's options, which gets the newest ones at
 * each commit. A built store lives as long as the component, or until the options have another `id`.
 * Either is retained while the component is mounted.
 */
export function useRetainedStore<Kept extends Retainable, Options extends object>(
  source: Kept | Options,
  build: (options: Options) => Kept & { configure(options: Options, before?: Options): void },
): Kept {
  const given = isStore(source) ? source : undefined
  const options = given ? undefined : (source as Options)
  const { id }: { id?: unknown } = options ?? {}
  const [own, setOwn] = useState(() => options && { id, store: build(options) })
  let current = own
  // Until now the hook was given a store, or options with another `id`.
  if (options && (!own || own.id !== id)) setOwn((current = { id, store: build(options) }))
  const before = useRef<Options>(undefined)
  // Insertion effects run before the other effects of a commit, and those may call actions.
  useInsertionEffect(() => {
    if (options) own?.store.configure(options, before.current)
    before.current = options
  })

  const store: Kept = given ?? current!.store
  useEffect(() => store.retain(!given), [store, given])
  return store
}

/** Whether a hook was given a store, and not what to make one of. */
export function isStore<Kept extends Retainable>(
  source: Kept | object | string | null | undefined,
): source is Kept {
  return (source as Partial<Kept> | null | undefined)?.retain !== undefined
}
