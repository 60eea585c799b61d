import type { englishStudio } from './studio-en.js'

/** What the server calls the mood and the scale of a tune. */
const music: Partial<Record<string, string>> = {
  wild: '狂野',
  calm: '宁静',
  happy: '欢快',
  sad: '忧伤',
  chip: '8-bit',
  flowing: '流动',
  major: '大调',
  minor: '小调',
  dorian: '多利亚调式',
  pentatonic: '五声调式',
  phrygian: '弗里吉亚调式',
}

const named = (words: string): string =>
  words
    .split(' ')
    .map((word) => music[word] ?? word)
    .join(' ')

export const chineseStudio: typeof englishStudio = {
  title: '工作室',
  lead: '描述一首曲子，服务器就真的作出来。四首同时进行，每首各用一条连接，其余的排队等候。重新加载页面，或者在另一个标签页里打开：它们全都继续，由其中一个标签页持有连接。',
  prompt: '想要什么样的曲子？',
  placeholder: '雨中的慢华尔兹',
  compose: '作曲',
  examples: [
    '湖边宁静的夜晚',
    '春天快乐的舞蹈',
    '山间的暴风雨',
    '8-bit 机器人游戏',
    '秋天孤独的散步',
    '一首必定失败的曲子',
    '静静的花园里下着雨',
    '夏日早晨的阳光',
    '黑暗里的龙',
    '告别冬天',
  ],
  startTen: '开始十首',
  turn: '排队位置',
  turns: { usual: '按顺序', next: '排到最前' },
  empty: '还没有曲子：开始一首，或者一次十首。',
  tunes: '曲子',
  total: ({ all, queued, processing, done, error, canceled }) =>
    [
      `已完成 ${done} / ${all}`,
      processing > 0 ? `${processing} 首进行中` : '',
      queued > 0 ? `${queued} 首等候中` : '',
      error > 0 ? `${error} 首失败` : '',
      canceled > 0 ? `${canceled} 首已取消` : '',
    ]
      .filter(Boolean)
      .join('，'),
  totalProgress: '全部曲子的进度',
  rate: (perSecond) => `每秒 ${perSecond} %`,
  left: (milliseconds) => {
    const seconds = Math.ceil(milliseconds / 1000)
    return seconds < 100 ? `还需 ${seconds} 秒` : `还需 ${Math.ceil(seconds / 60)} 分钟`
  },
  pauseQueue: '暂停队列',
  resumeQueue: '继续队列',
  paused: '队列已暂停',
  clearFinished: '清除已结束的',
  cancel: '取消',
  retry: '重试',
  remove: '移除',
  place: ({ place, isPreferred }) =>
    (place === 1 ? '下一首' : `排在第 ${place} 位`) + (isPreferred ? '，优先' : ''),
  reconnecting: '重连中',
  failed: (why) => `失败：${why}`,
  canceled: '已取消',
  stages: { composing: '作曲中', rendering: '合成中', mastering: '母带处理中' },
  facts: ({ seconds, key, tempo, mood, size }) =>
    `${seconds} 秒 · ${named(key)} · ${tempo} bpm · ${named(mood)} · ${size}`,
}
