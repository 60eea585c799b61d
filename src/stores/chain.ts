/** Like `then`, but at once where the value is no promise: only so is a page restored before its first paint. */
export function chain<Value, Result>(
  value: Value | PromiseLike<Value>,
  next: (value: Value) => Result,
): Result | Promise<Awaited<Result>> {
  if (!isThenable(value)) return next(value)
  return Promise.resolve(value).then(next) as Promise<Awaited<Result>>
}

/** Some databases have promises of their own. */
function isThenable<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof (value as Partial<PromiseLike<Value>> | null | undefined)?.then === 'function'
}
