'use client'

import { useEffect, useInsertionEffect, useState } from 'react'
import type { Retention } from '../stores/retention.js'

type Retainable = Pick<Retention, 'retain'>

/**
 * The store that a hook was given, or one made of the options it was given, which lives as long as
 * the component (and its `id`) and always has the newest of them. Either is in use while the
 * component is mounted.
 */
export function useRetainedStore<Given extends Retainable, Options extends object>(
  source: Given | Options,
  build: (options: Options) => Given & { configure(options: Options): void },
): Given {
  const given = isStore(source) ? source : undefined
  const options = given ? undefined : (source as Options)
  const { id }: { id?: unknown } = options ?? {}
  const [own, setOwn] = useState(() => options && { id, store: build(options) })
  let current = own
  // It had been given a store, or another id.
  if (options && (!own || own.id !== id)) setOwn((current = { id, store: build(options) }))
  useInsertionEffect(() => {
    if (options) own?.store.configure(options)
  })

  const store: Given = given ?? current!.store
  useEffect(() => store.retain(!given), [store, given])
  return store
}

function isStore<Given extends Retainable>(source: Given | object): source is Given {
  return 'retain' in source
}
