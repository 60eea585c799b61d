'use client'

import {
  buildStreamObject,
  type StreamObject,
  type StreamObjectActions,
  type StreamObjectOptions,
  type StreamObjectSnapshot,
} from '../stores/chat/stream-object.js'
import { useRetainedStore } from './use-retained-store.js'
import { useStore } from './use-store.js'

/** What `useStreamObject` returns. */
export interface UseStreamObjectResult<Output, Input = Output>
  extends StreamObjectSnapshot<Output, Input>, StreamObjectActions<Output> {}

/**
 * Asks a model for an object: typed and partial while it is received, checked by the schema at the end.
 * Takes options, or a store made by `createStreamObject`. Unmounting ends a reply that is streaming.
 *
 * @example
 * ```tsx
 * import { useStreamObject } from 'brooklet'
 * import { z } from 'zod'
 *
 * const schema = z.object({ title: z.string(), steps: z.array(z.string()) })
 *
 * function Recipe() {
 *   const { object, isLoading, error, submit, stop } = useStreamObject({ schema, url: '/api/recipe' })
 *   return (
 *     <>
 *       <button onClick={() => void submit('A soup of leeks')}>Cook</button>
 *       {isLoading ? <button onClick={stop}>Stop</button> : null}
 *       <h2>{object?.title}</h2>
 *       <ol>{object?.steps?.map((step, index) => <li key={index}>{step}</li>)}</ol>
 *       {error ? <p role="alert">{error.message}</p> : null}
 *     </>
 *   )
 * }
 * ```
 */
export function useStreamObject<Output, Input = Output>(
  objectOrOptions: StreamObject<Output, Input> | StreamObjectOptions<Output, Input>,
): UseStreamObjectResult<Output, Input> {
  const store = useRetainedStore<StreamObject<Output, Input>, StreamObjectOptions<Output, Input>>(
    objectOrOptions,
    buildStreamObject,
  )
  const snapshot = useStore(store)
  return { ...snapshot, submit: store.submit, stop: store.stop }
}
