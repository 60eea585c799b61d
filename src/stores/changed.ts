/** The value with its changes, a new object; where they change nothing, the value itself. */
export function changed<T extends object>(value: T, changes: Partial<T>): T {
  const keys = Object.keys(changes) as (keyof T)[]
  const isSame = keys.every((key) => Object.is(changes[key], value[key]))
  return isSame ? value : { ...value, ...changes }
}
