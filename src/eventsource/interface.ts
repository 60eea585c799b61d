/** Gives a class the property descriptors that Web IDL requires, and that class syntax cannot express. */
export function defineInterface(
  constructor: { readonly prototype: object },
  /** Passed in, because a minifier renames the class. */
  name: string,
  constants: Record<string, number>,
): void {
  const { prototype } = constructor
  for (const [member, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (member !== 'constructor') {
      Object.defineProperty(prototype, member, { ...descriptor, enumerable: true })
    }
  }
  for (const [constant, value] of Object.entries(constants)) {
    for (const owner of [constructor, prototype]) {
      Object.defineProperty(owner, constant, { value, enumerable: true })
    }
  }
  Object.defineProperty(constructor, 'name', { value: name })
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true })
}
