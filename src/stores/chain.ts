/**
 * Like `then`, but synchronous if the value is no promise, so that what `localStorage` holds is restored
 * before the first paint.
 */
export function chain<Value, Result>(
  value: Value | PromiseLike<Value>,
  next: (value: Value) => Result,
): Result | Promise<Awaited<Result>> {
  if (!isThenable(value)) return next(value)
  return Promise.resolve(value).then(next) as Promise<Awaited<Result>>
}

/** Not by `instanceof`: some databases have promises of their own. */
function isThenable<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof (value as Partial<PromiseLike<Value>> | null | undefined)?.then === 'function'
}
