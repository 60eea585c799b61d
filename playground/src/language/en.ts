import { englishAdventure } from './adventure-en.js'

export type Dictionary = typeof en

export const en = {
  tagline: 'React hooks for streams over HTTP',
  skip: 'Skip to the page',
  pages: 'Pages',
  close: 'Close',
  otherLanguage: '中文',
  toLight: 'Light theme',
  toDark: 'Dark theme',
  hookState: 'What the hook says',
  nav: {
    adventure: 'Adventure',
    studio: 'Studio',
    dashboard: 'Dashboard',
    formats: 'Formats',
    faults: 'Faults',
    instances: 'Instances',
  },
  status: {
    idle: 'idle',
    connecting: 'connecting',
    open: 'open',
    reconnecting: 'reconnecting',
    closed: 'closed',
    failed: 'failed',
  },
  error: {
    code: 'Code',
    status: 'Status',
    url: 'Address',
    hint: 'Hint',
    retryable: 'Retryable',
    body: 'What came instead',
    cause: 'Cause',
    yes: 'yes',
    no: 'no',
  },
  wire: {
    title: 'The wire',
    canvas: 'Events of the last 30 seconds. “Messages” lists them.',
    signs: {
      event: 'A tick for each event, as high as it is long',
      lost: 'Red strokes where a connection breaks',
      resumed: 'A ring where it goes on, after that id',
    },
    stream: 'stream',
    streams: (count: number) => `${count} streams`,
    attempt: 'attempt',
    events: 'events',
    bytes: 'bytes',
    cut: 'Cut the wire',
    cutShort: 'Cut',
    cutHint: 'Two seconds without a network: every connection breaks',
    messages: 'Messages',
    filter: 'Filter',
    pause: 'Pause',
    clear: 'Clear',
    count: (count: number) => (count === 1 ? '1 message' : `${count} messages`),
    noMessages: 'Nothing has come over the wire yet.',
    time: 'Time',
    streamColumn: 'Stream',
    type: 'Type',
    format: 'Format',
    id: 'Id',
    size: 'Size',
    data: 'Data',
    status: {
      idle: 'idle',
      connecting: 'connecting',
      open: 'open',
      reconnecting: 'reconnecting',
      ended: 'ended',
      closed: 'closed',
      lost: 'cut',
      refused: 'refused',
    },
    kinds: {
      request: 'request',
      response: 'response',
      event: 'event',
      comment: 'comment',
      retry: 'retry',
      ended: 'ended',
      closed: 'closed',
      lost: 'lost',
    },
  },
  adventure: englishAdventure,
  studio: {
    title: 'Studio',
    lead: 'Describe a tune, and the server really composes it. Four are worked on at once, each over a connection of its own; the rest wait for their turn. Load the page again, or open it in a second tab: they all go on, and one tab at a time holds the connections.',
    prompt: 'What should it sound like?',
    placeholder: 'A slow waltz in the rain',
    compose: 'Compose',
    examples: [
      'A calm night by the lake',
      'A happy dance in spring',
      'A storm over the mountains',
      'An 8-bit robot game',
      'A lonely autumn walk',
      'A tune that must fail',
      'Rain on a quiet garden',
      'Sunlight on a summer morning',
      'A dragon in the dark',
      'Farewell to the winter',
    ],
    startTen: 'Start ten',
    turn: 'Place in the queue',
    turns: { usual: 'In turn', next: 'Before the others' },
    empty: 'No tunes yet. Start one, or ten at once.',
    tunes: 'Tunes',
    total: (count: {
      all: number
      done: number
      running: number
      queued: number
      failed: number
      canceled: number
    }) =>
      [
        `${count.done} of ${count.all} done`,
        count.running > 0 ? `${count.running} at work` : '',
        count.queued > 0 ? `${count.queued} waiting` : '',
        count.failed > 0 ? `${count.failed} failed` : '',
        count.canceled > 0 ? `${count.canceled} canceled` : '',
      ]
        .filter(Boolean)
        .join(', '),
    totalProgress: 'All tunes together',
    rate: (perSecond: string) => `${perSecond} %/s`,
    left: (milliseconds: number) => {
      const seconds = Math.ceil(milliseconds / 1000)
      return seconds < 100 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`
    },
    pauseQueue: 'Pause the queue',
    resumeQueue: 'Resume the queue',
    paused: 'The queue is paused',
    clearFinished: 'Clear finished',
    cancel: 'Cancel',
    retry: 'Try again',
    remove: 'Remove',
    place: ({ place, isPreferred }: { place: number; isPreferred: boolean }) =>
      (place === 1 ? 'next in the queue' : `number ${place} in the queue`) +
      (isPreferred ? ', before the others' : ''),
    reconnecting: 'reconnecting',
    failed: 'failed',
    canceled: 'canceled',
    stages: { composing: 'composing', rendering: 'rendering', mastering: 'mastering' },
    facts: (tune: { seconds: number; tempo: number; key: string; mood: string; size: string }) =>
      `${tune.seconds} s · ${tune.key} · ${tune.tempo} bpm · ${tune.mood} · ${tune.size}`,
  },
  proof: {
    title: 'Every event, once',
    counts: (count: {
      here: number
      of: number
      missing: number
      doubled: number
      outOfOrder: number
    }) =>
      `${count.here} of ${count.of} here · ${count.missing} missing · ${count.doubled} doubled · ${count.outOfOrder} out of order`,
  },
  connection: {
    open: 'Open',
    close: 'Close',
    inSeconds: (seconds: string) => `in ${seconds} s`,
  },
  dashboard: {
    title: 'Dashboard',
    lead: 'The machine that the server runs on, a sample a second. After a cut both streams go on by their last event ids.',
    metrics: 'Metrics',
    notifications: 'Notifications',
    noNotices: 'Nothing has happened yet.',
    cpu: 'CPU load',
    cores: 'Load of each core',
    core: (number: number) => `core ${number}`,
    memory: 'Memory in use',
    total: 'total',
    server: 'this server',
    uptime: 'up for',
    seconds: (seconds: number) => `${seconds} s`,
  },
  formats: {
    title: 'Formats',
    lead: 'The same twelve records in four formats, in pieces as a bad network makes them: inside a character, inside a line end. One hook reads them all.',
    choose: 'Format',
    all: 'All four',
    again: 'Send again',
    raw: 'Raw bytes',
    parsed: 'Parsed events',
    names: { sse: 'SSE', ndjson: 'NDJSON', 'json-seq': 'json-seq', text: 'Text' },
    about: {
      sse: 'text/event-stream: fields, and a blank line after each event',
      ndjson: 'application/x-ndjson: a JSON value on each line',
      'json-seq': 'application/json-seq: a record separator before each JSON value',
      text: 'text/plain: each piece that comes is an event, no character is split',
    },
    counts: (count: { chunks: number; bytes: number; events: number }) =>
      `${count.bytes} bytes in ${count.chunks} chunks, ${count.events} events`,
    chunk: (chunk: { number: number; size: number; after: number }) =>
      `chunk ${chunk.number} · ${chunk.size} B · +${chunk.after} ms`,
    byChunk: (chunk: number) => `by chunk ${chunk}`,
  },
  faults: {
    title: 'Faults',
    lead: 'Sixty numbered events, and all that can go wrong on their way. The hook reconnects, goes on by the last event id, and says what it is doing.',
    again: 'Start again',
    buttons: 'What should go wrong',
    names: {
      drop: 'Drop the connection',
      stall: 'Stall',
      status: 'Answer 503 twice',
      html: 'Send a web page',
      end: 'End early',
    },
    hints: {
      drop: 'The server breaks the connection inside an event',
      stall: 'The server falls silent; after three seconds the hook gives it up',
      status: 'The connection breaks, and the next two answers are 503',
      html: 'It breaks, and the next answer is a web page: no use to try again',
      end: 'The response ends as if all were well',
    },
    drip: 'Drip byte by byte',
    dripHint: 'A new stream, one byte at a time',
    struckNone: 'Each breaks the open stream in its own way, and is explained here',
    isOver: 'It is over: “Open” goes on with it, “Start again” begins a new one',
    connection: 'Connection',
    lastError: 'Last error',
    noError: 'None yet.',
    journal: 'What happened',
    opened: (status: number) => `open: ${status}`,
    closed: 'closed',
  },
  instances: {
    title: 'Instances',
    lead: 'Two servers and one Redis: B writes a story, this page reads it from A. Kill A in the middle: the page goes on with B, without a missing or doubled word. Kill the one that writes: the page is told so.',
    tell: 'Tell a story',
    starting: 'Starting two servers…',
    untold: 'No story yet.',
    instance: (name: string) => `Instance ${name}`,
    kill: 'Kill',
    down: 'not running',
    serves: 'serves this page',
    writes: 'writes the story',
    idle: 'waits',
    connection: 'Connection',
    ends: {
      done: 'The story is whole.',
      lost: 'The server that wrote the story is gone: the rest was never written.',
      failed: 'The servers could not be started. Does Redis still answer?',
      alone:
        'No server is left, and the page goes on asking. Tell another story: that starts both.',
    },
    unreached: 'The playground’s server does not answer.',
    askAgain: 'Ask again',
    noRedis:
      'Two servers need a place that both can reach. Start a Redis, and the playground with its address:',
  },
}
