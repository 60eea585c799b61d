// What the standard says of a connection's events (WHATWG HTML, 9.2), for any class in any thread.
import type { Answer } from './script.js'

export interface Case {
  name: string
  answers: Answer[]
  /** As `watch` tells them, without the origin. */
  events: string[]
  types?: string[]
  /** The `Last-Event-ID` of each request. */
  ids?: (string | undefined)[]
  /** Chromium's own class does otherwise. */
  notInChromium?: boolean
}

const stop: Answer = { status: 204 }
const soon = 'retry: 500\n'

/** One stream that is read once, and then refused. */
function reads(name: string, body: string, messages: string[], types?: string[]): Case {
  const events = ['open 1', ...messages, 'error 0', 'error 2']
  return { name, answers: [{ body: soon + body }, stop], events, types }
}

function fails(name: string, answer: Answer): Case {
  return { name, answers: [answer], events: ['error 2'], ids: [undefined] }
}

function accepts(name: string, type: string): Case {
  const answer = { headers: { 'content-type': type }, body: `${soon}data: x\n\n` }
  return {
    name,
    answers: [answer, stop],
    events: ['open 1', 'message 1 "x" #', 'error 0', 'error 2'],
  }
}

const parsing: Case[] = [
  reads('lines end with LF, CR or CRLF', 'data: a\n\ndata: b\r\rdata: c\r\n\r\n', [
    'message 1 "a" #',
    'message 1 "b" #',
    'message 1 "c" #',
  ]),
  reads('data lines are joined, one space is removed', 'data:a\ndata:  b\ndata\n\n', [
    String.raw`message 1 "a\n b\n" #`,
  ]),
  reads('an empty data line is an event with no text', 'data\n\n', ['message 1 "" #']),
  reads(
    'comments and unknown fields are ignored',
    ':x\n:\nnothing: 1\nDATA: 2\n data: 3\ndata: a\n\n',
    ['message 1 "a" #'],
  ),
  reads('an event that the end leaves unfinished is dropped', 'data: a\n\ndata: b\n', [
    'message 1 "a" #',
  ]),
  reads('UTF-8, whatever else', 'data: ok…🚀 \u0000\n\n', [String.raw`message 1 "ok…🚀 \u0000" #`]),
  reads('an empty event name is `message`', 'event: a\nevent\ndata: 1\n\n', ['message 1 "1" #']),
  reads(
    'any name is the name of an event, `open`, `error` and `__proto__` too',
    'event: open\ndata: 1\n\nevent: error\ndata: 2\n\nevent: __proto__\ndata: 3\n\n',
    ['open 1 "1" #', 'error 1 "2" #', '__proto__ 1 "3" #'],
    ['__proto__'],
  ),
  reads('a block without data is no event', 'event: message\n\nid: 1\n\ndata: a\n\n', [
    'message 1 "a" #1',
  ]),
  {
    name: 'a byte order mark is removed at the start of each stream, and only there',
    answers: [
      { body: `\uFEFF${soon}data: a\n\n\uFEFFdata: b\n\n` },
      { body: '\uFEFFdata: c\n\n' },
      stop,
    ],
    events: [
      'open 1',
      'message 1 "a" #',
      'error 0',
      'open 1',
      'message 1 "c" #',
      'error 0',
      'error 2',
    ],
  },
]

const ids: Case[] = [
  {
    name: 'an id holds for the events after it, for other streams too, until another comes',
    answers: [
      { body: `${soon}id: 1\ndata: a\n\ndata: b\n\n` },
      { body: 'data: c\n\nid: 2\ndata: d\n\n' },
      { body: 'id\ndata: e\n\n' },
      stop,
    ],
    events: [
      'open 1',
      'message 1 "a" #1',
      'message 1 "b" #1',
      'error 0',
      'open 1',
      'message 1 "c" #1',
      'message 1 "d" #2',
      'error 0',
      'open 1',
      'message 1 "e" #',
      'error 0',
      'error 2',
    ],
    ids: [undefined, '1', '2', undefined],
  },
  {
    name: 'an id of any characters goes back as UTF-8',
    answers: [{ body: `${soon}id: …é🚀\ndata: a\n\n` }, stop],
    events: ['open 1', 'message 1 "a" #…é🚀', 'error 0', 'error 2'],
    ids: [undefined, '…é🚀'],
  },
  {
    name: 'an id with a NUL is ignored',
    answers: [{ body: `${soon}id: 1\nid: 2\u0000\ndata: a\n\n` }, stop],
    events: ['open 1', 'message 1 "a" #1', 'error 0', 'error 2'],
    ids: [undefined, '1'],
  },
  {
    name: 'a block without data moves the id, one that is unfinished does not',
    answers: [{ body: `${soon}id: 1\n\nid: 2\ndata: a` }, stop],
    events: ['open 1', 'error 0', 'error 2'],
    ids: [undefined, '1'],
  },
]

const answers: Case[] = [
  ...[201, 202, 203, 204, 205, 206, 210, 299, 304, 400, 401, 404, 410, 429, 500, 503].map(
    (status) => fails(`status ${status} ends it`, { status, body: 'data: x\n\n' }),
  ),
  ...['', 'text/plain', 'text/html', 'application/x-ndjson', 'x-text/event-stream'].map((type) =>
    fails(`the type "${type}" ends it`, { headers: { 'content-type': type }, body: 'data: x\n\n' }),
  ),
  {
    // Chromium ignores what follows the space.
    ...fails('a type that is almost right ends it', {
      headers: { 'content-type': 'text/event-stream bogus' },
    }),
    notInChromium: true,
  },
  fails('what is refused is not read', {
    headers: { 'content-type': 'text/html' },
    body: 'endless',
    after: 'open',
  }),
  fails('a redirect to nowhere ends it', { status: 307 }),
  accepts('parameters of the type do not matter', 'text/event-stream; charset=utf-8; a="b;c"'),
  {
    // Chromium wants no other charset named.
    ...accepts('nor does a wrong charset', 'text/event-stream; charset=windows-1251'),
    notInChromium: true,
  },
  accepts('nor does its case', 'Text/Event-Stream'),
  accepts('nor an empty parameter', 'text/event-stream;'),
  {
    name: 'a connection that is cut is opened again',
    answers: [{ body: `${soon}id: 1\ndata: a\n\n`, after: 'cut' }, { body: 'data: b\n\n' }, stop],
    events: [
      'open 1',
      'message 1 "a" #1',
      'error 0',
      'open 1',
      'message 1 "b" #1',
      'error 0',
      'error 2',
    ],
    ids: [undefined, '1', '1'],
  },
]

/** Those that a thread could have a part in: requests, not the parser. */
export const requestCases: Case[] = [...ids, ...answers.slice(-5)]
export const cases: Case[] = [...parsing, ...ids, ...answers]
