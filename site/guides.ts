/** The guides in the order in which they are read. Each page is in one group. */
const groups = {
  hooks: ['use-event-source', 'use-stream-chat', 'use-task-manager'],
  chat: ['protocols', 'chat-interface', 'chat-tools', 'chat-additions', 'chat-storage'],
  tasks: ['task-protocols', 'task-storage'],
  connection: ['connection', 'errors', 'seeing-every-message', 'parser', 'eventsource'],
  server: ['servers', 'resumable-streams'],
  more: ['troubleshooting', 'testing', 'migrating', 'comparison', 'sse-websocket-or-polling'],
}

const titles: Record<Folder, Record<keyof typeof groups, string>> = {
  '': {
    hooks: 'The three hooks',
    chat: 'Chat',
    tasks: 'Tasks',
    connection: 'The connection',
    server: 'The server',
    more: 'More',
  },
  'zh-CN/': {
    hooks: '三个 Hook',
    chat: '对话',
    tasks: '任务',
    connection: '连接',
    server: '服务端',
    more: '更多',
  },
}

/** Where a language has its pages. */
export type Folder = '' | 'zh-CN/'

export interface GuideGroup {
  title: string
  /** On the site, as `zh-CN/parser.md`. */
  paths: string[]
}

export function guidesIn(folder: Folder): GuideGroup[] {
  return Object.entries(groups).map(([group, names]) => ({
    title: titles[folder][group as keyof typeof groups],
    paths: names.map((name) => `${folder}${name}.md`),
  }))
}
