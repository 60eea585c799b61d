/** An `on…` attribute of an event target. */
export interface EventHandler<Handler> {
  value: Handler | null
}

/**
 * An event handler as the HTML standard has it (8.1.8.1): among the listeners it has the place where one
 * was first set, and keeps it when another is set. What is no object counts as null.
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
      // Where it listens already this does nothing, so that it keeps its place.
      if (handler) target.addEventListener(type, listener)
      else target.removeEventListener(type, listener)
    },
  }
}
