export const englishStudio = {
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
    queued: number
    processing: number
    done: number
    error: number
    canceled: number
  }) =>
    [
      `${count.done} of ${count.all} done`,
      count.processing > 0 ? `${count.processing} at work` : '',
      count.queued > 0 ? `${count.queued} waiting` : '',
      count.error > 0 ? `${count.error} failed` : '',
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
  failed: (why: string) => `failed: ${why}`,
  canceled: 'canceled',
  stages: { composing: 'composing', rendering: 'rendering', mastering: 'mastering' },
  facts: (tune: { seconds: number; tempo: number; key: string; mood: string; size: string }) =>
    `${tune.seconds} s · ${tune.key} · ${tune.tempo} bpm · ${tune.mood} · ${tune.size}`,
}
