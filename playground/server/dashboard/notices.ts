/** What happens on the server, told to whoever listens on the dashboard. */
import { createFeed } from '../feed.js'
import type { Feed } from '../feed.js'
import type { Environment } from '../environment.js'
import type { Language } from '../language.js'

export type Happening =
  | { kind: 'adventure' }
  | { kind: 'tune'; prompt: string; seconds: number }
  | { kind: 'joined' | 'left'; readers: number }
  | { kind: 'busy' | 'calm'; percent: number }
  | { kind: 'tip'; index: number }

export type Notice = Happening & { at: number }

export interface Notices {
  feed: Feed<Notice>
  publish(happening: Happening): void
}

type Level = 'info' | 'success' | 'warning'

export function createNotices(environment: Environment): Notices {
  let ticking = new AbortController()
  const feed = createFeed<Notice>({
    capacity: 60,
    firstId: Math.floor(environment.now() / 1000),
    onFirstReader: () => void tick((ticking = new AbortController()).signal),
    onLastReaderLeft: () => ticking.abort(),
  })
  const publish = (happening: Happening): void => {
    feed.publish({ ...happening, at: environment.now() })
  }

  async function tick(signal: AbortSignal): Promise<void> {
    for (let index = 0; !signal.aborted; index++) {
      await environment.sleep(environment.pacing.tip * (index === 0 ? 1 : 4), signal)
      if (!signal.aborted) publish({ kind: 'tip', index: index % tips.length })
    }
  }

  return { feed, publish }
}

/** The event's data, in the reader's language. */
export function tellNotice(id: number, notice: Notice, language: Language): object {
  const [level, en, zh] = words(notice)
  const [title, body] = language === 'zh' ? zh : en
  return { id, level, title, body, at: notice.at }
}

type Words = readonly [title: string, body: string]

function words(notice: Notice): readonly [Level, en: Words, zh: Words] {
  switch (notice.kind) {
    case 'adventure':
      return [
        'info',
        ['Adventure', 'Somebody has set out to find the water.'],
        ['冒险', '有人出发去找水了。'],
      ]
    case 'tune':
      return [
        'success',
        ['Tune finished', `“${notice.prompt}” is ${notice.seconds} seconds long.`],
        ['乐曲完成', `“${notice.prompt}”长 ${notice.seconds} 秒。`],
      ]
    case 'joined':
      return [
        'info',
        ['Dashboard opened', `Readers of the metrics: ${notice.readers}`],
        ['仪表盘已打开', `正在读取指标的连接：${notice.readers}`],
      ]
    case 'left':
      return [
        'info',
        ['Dashboard closed', `Readers of the metrics: ${notice.readers}`],
        ['仪表盘已关闭', `正在读取指标的连接：${notice.readers}`],
      ]
    case 'busy':
      return [
        'warning',
        ['The machine is busy', `CPU load is ${notice.percent} %.`],
        ['机器繁忙', `CPU 负载 ${notice.percent}%。`],
      ]
    case 'calm':
      return [
        'success',
        ['The machine is calm again', `CPU load is ${notice.percent} %.`],
        ['机器恢复平静', `CPU 负载 ${notice.percent}%。`],
      ]
    case 'tip': {
      const [en, zh] = tips[notice.index % tips.length]!
      return ['info', ['Tip', en], ['提示', zh]]
    }
  }
}

const tips: readonly (readonly [en: string, zh: string])[] = [
  [
    'Compose a few tunes in the studio and watch the load rise here.',
    '在工作室里同时作几首曲子，看看这里的负载上升。',
  ],
  [
    'Reload this page: the charts go on where they were, by their last event id.',
    '刷新页面：图表会按最后的事件 id 接着画。',
  ],
  [
    'Comments such as “: keep-alive” keep a quiet stream open and never reach a handler.',
    '“: keep-alive”这样的注释让安静的流保持打开，不会触发任何处理函数。',
  ],
  [
    'The server may set the reconnection time with a “retry:” field.',
    '服务器可以用“retry:”字段设定重连时间。',
  ],
]
