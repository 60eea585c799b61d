/** An `on…` attribute of an event target. */
export interface EventHandler<Handler> {
  value: Handler | null
}

/**
 * An event handler as the HTML standard has it (8.1.8.1): it is called in the order of listeners
 * where it was first set, and another one takes its place; what is no object counts as null.
 */
export function createEventHandler<Handler>(
  target: EventTarget,
  type: string,
): EventHandler<Handler> {
  let handler: Handler | null = null

  function listener(event: Event): void {
    if (typeof handler !== 'function') return
    const result: unknown = Reflect.apply(handler, target, [event])
    if (result === false) event.preventDefault()
  }

  return {
    get value() {
      return handler
    },
    set value(next) {
      handler = Object(next) === next ? next : null
      // Listening already, this is done in its old place.
      if (handler) target.addEventListener(type, listener)
      else target.removeEventListener(type, listener)
    },
  }
}
