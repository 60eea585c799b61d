/** An `on…` attribute of an event target. */
export interface HandlerAttribute<Handler> {
  value: Handler | null
}

/**
 * An event handler as the HTML standard defines it (8.1.8.1): it takes its place among the listeners when
 * it is first set, and keeps that place when it is replaced. What is not an object counts as null.
 */
export function createEventHandler<Handler>(
  target: EventTarget,
  type: string,
): HandlerAttribute<Handler> {
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
      // Does nothing if it listens already, so that it keeps its place.
      if (handler) target.addEventListener(type, listener)
      else target.removeEventListener(type, listener)
    },
  }
}
