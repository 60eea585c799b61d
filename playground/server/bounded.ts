/** A map that forgets its oldest entry instead of growing without limit. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly capacity: number

  constructor(capacity: number) {
    super()
    this.capacity = capacity
  }

  override set(key: K, value: V): this {
    // Written again, an entry is the newest.
    this.delete(key)
    super.set(key, value)
    const oldest = this.keys().next()
    if (this.size > this.capacity && !oldest.done) this.delete(oldest.value)
    return this
  }
}
