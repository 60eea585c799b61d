// What the class itself is (Web IDL, and HTML 9.2.2), for any class in any environment.
import { expect, onTestFinished, test, vi } from 'vitest'
import type { EventSourceClass } from './watch.js'

const constants = { CONNECTING: 0, OPEN: 1, CLOSED: 2 }
const attributes = ['url', 'withCredentials', 'readyState', 'onopen', 'onmessage', 'onerror']

/** `url` need not answer. */
export function testInterface(Class: EventSourceClass, url: string): void {
  function make(init?: { withCredentials?: boolean }): EventSource {
    const source = new Class(url, init)
    onTestFinished(() => source.close())
    return source
  }

  test('it is an event target of its name', () => {
    const source = make()
    expect(source).toBeInstanceOf(EventTarget)
    expect(String(source)).toBe('[object EventSource]')
    expect(Object.keys(source)).toEqual([])
    expect(Object.keys(Class.prototype)).not.toContain('constructor')
    expect([Class.name, Class.length]).toEqual(['EventSource', 1])
    expect(Object.getPrototypeOf(Class)).toBe(EventTarget)
    expect(Object.getPrototypeOf(Class.prototype)).toBe(EventTarget.prototype)
    expect(Object.getOwnPropertyDescriptor(Class.prototype, Symbol.toStringTag)).toEqual({
      value: 'EventSource',
      writable: false,
      enumerable: false,
      configurable: true,
    })
  })

  test('it has constants, on the class, on the prototype and on instances', () => {
    for (const [name, value] of Object.entries(constants)) {
      const descriptor = { value, writable: false, enumerable: true, configurable: false }
      expect(Object.getOwnPropertyDescriptor(Class, name)).toEqual(descriptor)
      expect(Object.getOwnPropertyDescriptor(Class.prototype, name)).toEqual(descriptor)
      expect(make()).toHaveProperty(name, value)
    }
  })

  test.each(attributes)('%s is an accessor of the prototype', (name) => {
    const descriptor = Object.getOwnPropertyDescriptor(Class.prototype, name)!
    expect(descriptor).toMatchObject({ enumerable: true, configurable: true })
    expect([descriptor.get!.name, descriptor.get!.length]).toEqual([`get ${name}`, 0])
    expect(descriptor.set?.length).toBe(name.startsWith('on') ? 1 : undefined)
    expect(() => Reflect.get(Class.prototype, name)).toThrow(TypeError)
  })

  test('close is a method of the prototype', () => {
    expect(Object.getOwnPropertyDescriptor(Class.prototype, 'close')).toMatchObject({
      writable: true,
      enumerable: true,
      configurable: true,
    })
    expect(Class.prototype.close).toHaveLength(0)
    expect(() => Class.prototype.close.call({})).toThrow(TypeError)
  })

  test('it is constructed with `new`, from a URL', () => {
    expect(() => Reflect.apply(Class as unknown as () => void, undefined, [url])).toThrow(TypeError)
    expect(() => Reflect.construct(Class, [])).toThrow(TypeError)
    expect(() => Reflect.construct(Class, [url, 5])).toThrow(TypeError)
    expect(() => Reflect.construct(Class, [Symbol('x')])).toThrow(TypeError)
    Reflect.construct(Class, [url, null]).close()
    expect(make()).toMatchObject({ url, readyState: 0, withCredentials: false })
    expect(make({ withCredentials: true }).withCredentials).toBe(true)
    expect(make({ withCredentials: 1 as unknown as boolean }).withCredentials).toBe(true)
  })

  test.each(['http://', 'http://localhost:99999/', 'https://[::1'])(
    '%s is a SyntaxError',
    (bad) => {
      expect(() => new Class(bad)).toThrow(expect.objectContaining({ name: 'SyntaxError' }))
      expect(() => new Class(bad)).toThrow(DOMException)
    },
  )

  test('whatever can be a string can be a URL', () => {
    for (const given of [new URL(url), { toString: () => url }, [url]]) {
      const source = Reflect.construct(Class, [given])
      source.close()
      expect(source.url).toBe(url)
    }
    const source = Reflect.construct(Class, [`${url}?ä b#c`])
    source.close()
    expect(source.url).toBe(`${url}?%C3%A4%20b#c`)
  })

  test.each(['onopen', 'onmessage', 'onerror'] as const)('%s is an event handler', (name) => {
    const source = make()
    const type = name.slice(2)
    expect(source[name]).toBe(null)
    const log: string[] = []
    const note = (text: string) => () => void log.push(text)
    source.addEventListener(type, note('first'))
    source[name] = note('replaced')
    source.addEventListener(type, note('last'))
    const handler = note('handler')
    source[name] = handler
    expect(source[name]).toBe(handler)
    source.dispatchEvent(new Event(type))
    expect(log.splice(0)).toEqual(['first', 'handler', 'last'])

    source[name] = null
    source.dispatchEvent(new Event(type))
    expect(log.splice(0)).toEqual(['first', 'last'])
    source[name] = handler
    source.dispatchEvent(new Event(type))
    expect(log.splice(0)).toEqual(['first', 'last', 'handler'])

    for (const noHandler of [5, 'text', undefined, true, Symbol('x')]) {
      Reflect.set(source, name, noHandler)
      expect(source[name]).toBe(null)
    }
    const object = { handleEvent: vi.fn<() => void>() }
    source[name] = object as unknown as typeof handler
    expect(source[name]).toBe(object)
    source.dispatchEvent(new Event(type))
    expect(object.handleEvent).not.toHaveBeenCalled()
  })

  test('a handler is called with the source as `this`, and may cancel what can be', () => {
    const source = make()
    const seen: unknown[] = []
    Reflect.set(source, 'onmessage', function (this: unknown, event: Event) {
      seen.push(this, event)
      return false
    })
    const event = new Event('message', { cancelable: true })
    expect(source.dispatchEvent(event)).toBe(false)
    expect(seen).toEqual([source, event])
    Reflect.set(source, 'onmessage', () => 0)
    expect(source.dispatchEvent(new Event('message', { cancelable: true }))).toBe(true)
  })

  test('close closes it, at once and again', () => {
    const source = make()
    source.close()
    expect(source.readyState).toBe(2)
    source.close()
    expect(source.readyState).toBe(2)
  })
}
