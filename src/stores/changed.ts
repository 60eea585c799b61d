/** A copy of the value with the changes, or the value itself if they change nothing. */
export function changed<T extends object>(value: T, changes: Partial<T>): T {
  const keys = Object.keys(changes) as (keyof T)[]
  const isSame = keys.every((key) => Object.is(changes[key], value[key]))
  return isSame ? value : { ...value, ...changes }
}
