'use client'

import { useEffect, useInsertionEffect, useState } from 'react'
import type { Retention } from '../stores/retention.js'

type Retainable = Pick<Retention, 'retain'>

/**
 * The store that a hook was given, or one that it builds of its options and hands the newest of them.
 * What is built lives as long as the component, or until the options have another `id`. The component
 * retains either while it is mounted.
 */
export function useRetainedStore<Kept extends Retainable, Options extends object>(
  source: Kept | Options,
  build: (options: Options) => Kept & { configure(options: Options): void },
): Kept {
  const given = isStore(source) ? source : undefined
  const options = given ? undefined : (source as Options)
  const { id }: { id?: unknown } = options ?? {}
  const [own, setOwn] = useState(() => options && { id, store: build(options) })
  let current = own
  // The hook had been given a store until now, or options with another id.
  if (options && (!own || own.id !== id)) setOwn((current = { id, store: build(options) }))
  // Before all other effects of the commit: they may call actions, which go by the newest options.
  useInsertionEffect(() => {
    if (options) own?.store.configure(options)
  })

  const store: Kept = given ?? current!.store
  useEffect(() => store.retain(!given), [store, given])
  return store
}

function isStore<Kept extends Retainable>(source: Kept | object): source is Kept {
  return 'retain' in source
}
