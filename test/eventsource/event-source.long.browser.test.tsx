// The same, of the browser's own class and of ours: what is asked of ours is what the other does.
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { EventSource as Ours } from '../../src/eventsource/index.js'
import { scripted, type Answer } from './script.js'
import { cases, requestCases, type Case } from './conformance.js'
import { testInterface } from './interface.js'
import type { Place } from './host.js'
import { startHost, type Host } from './hosts.js'
import { watch, type EventSourceClass } from './watch.js'

let home: Host
let abroad: Host
beforeAll(async () => {
  ;[home, abroad] = await Promise.all([startHost(), startHost()])
})
afterAll(() => Promise.all([home.stop(), abroad.stop()]))

let made = 0
const urlOf = (host: string, answers: Answer[]) =>
  scripted(host, `${Date.now()}.${(made += 1)}`, answers)

const classes = [
  { name: 'the native class', native: true },
  { name: 'ours', native: false },
]
const places: Place[] = ['page', 'worker', 'shared worker']

// Nothing here knows React: once is enough.
describe.each(classes)('$name', ({ native }) => {
  const Class = (native ? globalThis.EventSource : Ours) as EventSourceClass

  function testCases(place: Place, tested: Case[]): void {
    const asked = tested.filter(({ notInChromium }) => !(native && notInChromium))
    test.each(asked)('$name', async ({ answers, events, types, ids }) => {
      // Relative to the page or the worker's script.
      const url = urlOf('.', answers)
      const log = await home.watch({ native, place, url, types, count: events.length })
      expect(log).toEqual(
        events.map((event) => (event.includes('#') ? `${event} from ${home.url}` : event)),
      )
      const requests = await home.seen(url)
      if (ids) expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual(ids)
    })
  }

  describe.concurrent('the standard, in a page', () => {
    testCases('page', cases)
  })
  describe.concurrent('in a worker', () => {
    testCases('worker', requestCases)
  })
  describe.concurrent('in a shared worker', () => {
    testCases('shared worker', requestCases)
  })

  describe('interface', () => {
    testInterface(Class, 'http://localhost/never')
  })

  describe('a URL', () => {
    function open(url: string): EventSource {
      const source = new Class(url)
      onTestFinished(() => source.close())
      return source
    }

    test.each(['', 'x?y', '../x', '//localhost/x', '?x'])(
      '%j is resolved against the page',
      (url) => {
        expect(open(url).url).toBe(new URL(url, location.href).href)
      },
    )

    // Chromium escapes the space: its own class and its `URL` take this for a host.
    test.skipIf(native)('a host that cannot be is a SyntaxError, an opaque one is none', () => {
      const invalid = expect.objectContaining({ name: 'SyntaxError' })
      expect(() => open('http://a host/')).toThrow(invalid)
      expect(() => open('//a%25host/x')).toThrow(invalid)
      expect(() => open('http://us%20er@localhost/a%20b')).not.toThrow()
      expect(() => open('made-up://a%20host/')).not.toThrow()
    })

    test('a <base> counts, when it is made', () => {
      const base = document.createElement('base')
      base.href = 'http://localhost/a/b'
      document.head.append(base)
      onTestFinished(() => base.remove())
      const source = open('c')
      base.remove()
      expect(source.url).toBe('http://localhost/a/c')
    })

    test.each([
      'ftp://example.test/',
      'about:blank',
      'mailto:someone@example.test',
      'javascript:alert(1)',
      'made-up:x',
    ])('%s fails later', async (url) => {
      const source = open(url)
      expect(source).toMatchObject({ url, readyState: 0 })
      const event = await new Promise<Event>((resolve) => source.addEventListener('error', resolve))
      expect(source.readyState).toBe(2)
      expect(event.constructor).toBe(Event)
    })

    test('a data: URL and a blob: URL are streams too', async () => {
      const blob = URL.createObjectURL(new Blob(['data: x\n\n'], { type: 'text/event-stream' }))
      onTestFinished(() => URL.revokeObjectURL(blob))
      const log = [
        await watch(Class, { url: 'data:text/event-stream,data:x%0A%0A', count: 3 }),
        await watch(Class, { url: blob, count: 3 }),
      ]
      expect(log).toEqual([
        ['open 1', 'message 1 "x" # from null', 'error 0'],
        ['open 1', `message 1 "x" # from ${location.origin}`, 'error 0'],
      ])
    })
  })

  describe.concurrent.each(places)('another origin, from a %s', (place) => {
    const x: Answer = { body: 'retry: 500\ndata: x\n\n', after: 'open' }
    const watchAbroad = (url: string, count: number, init = {}) =>
      home.watch({ native, place, url, count, init })

    test('is read where it allows that, without a preflight', async () => {
      const url = urlOf(abroad.url, [x])
      const log = await watchAbroad(url, 2)
      expect(log).toEqual(['open 1', `message 1 "x" # from ${abroad.url}`])
      const [{ method, headers } = { method: '', headers: {} }] = await abroad.seen(url)
      expect(method).toBe('GET')
      expect(headers).toMatchObject({
        accept: 'text/event-stream',
        'cache-control': 'no-cache',
        origin: home.url,
      })
    })

    test.each([null, '', 'http://localhost:1'])('ends it where %j may read', async (allow) => {
      const url = urlOf(abroad.url, [{ ...x, after: 'end', allow }])
      expect(await watchAbroad(url, 1)).toEqual(['error 2'])
      expect(await abroad.seen(url)).toHaveLength(1)
    })

    test('ends it where everybody may read, but credentials are sent', async () => {
      const url = urlOf(abroad.url, [{ ...x, after: 'end', allow: '*' }])
      expect(await watchAbroad(url, 1, { withCredentials: true })).toEqual(['error 2'])
      expect(await watchAbroad(url, 3)).toContain('open 1')
    })

    test('gets cookies only with credentials', async () => {
      const url = urlOf(abroad.url, [x])
      await fetch(urlOf(abroad.url, [{ headers: { 'set-cookie': 'who=me' } }]), {
        credentials: 'include',
      })
      await watchAbroad(url, 1)
      await watchAbroad(url, 1, { withCredentials: false })
      await watchAbroad(url, 1, { withCredentials: true })
      const requests = await abroad.seen(url)
      const cookies = requests.map(({ headers }) => headers.cookie?.includes('who=me') ?? false)
      expect(cookies).toEqual([false, false, true])
    })

    test.each([301, 302, 303, 307, 308])('is followed to with %d', async (status) => {
      const target = urlOf(abroad.url, [{ ...x, after: 'end' }])
      const url = urlOf('.', [{ status, headers: { location: target } }, { status: 204 }])
      const message = `message 1 "x" # from ${abroad.url}`
      if (native) {
        // It goes on where it was led.
        expect(await watchAbroad(url, 3)).toEqual(['open 1', message, 'error 0'])
      } else {
        expect(await watchAbroad(url, 4)).toEqual(['open 1', message, 'error 0', 'error 2'])
        expect(await home.seen(url)).toHaveLength(2)
        expect(await abroad.seen(target)).toHaveLength(1)
      }
    })

    test('ends it where a redirect leads to what may not be read', async () => {
      const target = urlOf(abroad.url, [{ ...x, allow: null }])
      const url = urlOf('.', [{ status: 302, headers: { location: target } }])
      expect(await watchAbroad(url, 1)).toEqual(['error 2'])
    })

    test('is opened again after it was lost', async () => {
      const url = urlOf(abroad.url, [
        { ...x, after: 'cut' },
        { ...x, after: 'end' },
        { status: 204 },
      ])
      const message = `message 1 "x" # from ${abroad.url}`
      expect(await watchAbroad(url, 7)).toEqual([
        'open 1',
        message,
        'error 0',
        'open 1',
        message,
        'error 0',
        'error 2',
      ])
    })
  })
})

test('it is closed with the page that is left, and goes on when the page comes back', async () => {
  const url = urlOf(abroad.url, [
    { body: 'id: 1\ndata: a\n\n', after: 'open' },
    { body: 'data: b\n\n', after: 'open' },
  ])
  const log: string[] = []
  const source = new Ours(url)
  onTestFinished(() => source.close())
  for (const type of ['open', 'message', 'error']) {
    source.addEventListener(type, () => log.push(type))
  }
  await expect.poll(() => log).toEqual(['open', 'message'])
  dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
  await expect.poll(async () => (await abroad.seen(url))[0]!.left).toBe(true)
  expect(await abroad.seen(url)).toHaveLength(1)
  dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
  await expect.poll(() => log).toEqual(['open', 'message', 'open', 'message'])
  expect((await abroad.seen(url))[1]!.headers['last-event-id']).toBe('1')
})

test('while the browser knows that it is offline, it waits for the network', async () => {
  const onLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  onTestFinished(() => onLine.mockRestore())
  const source = new Ours('http://localhost:1/')
  onTestFinished(() => source.close())
  const states: number[] = []
  source.addEventListener('error', () => states.push(source.readyState))
  await expect.poll(() => states).toEqual([0])
  onLine.mockReturnValue(true)
  dispatchEvent(new Event('online'))
  // Now nothing tells a server that is down from one that this page may not read.
  await expect.poll(() => states).toEqual([0, 2])
})
