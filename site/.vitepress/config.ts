import type { DefaultTheme } from 'vitepress'
import { withMermaid } from 'vitepress-plugin-mermaid'
import { anchorOf, pagesFolder, writePages, type Page } from '../pages.js'
import { search } from '../search.js'

const pages = writePages()

const repository = 'https://github.com/brooklet/brooklet'

/** The guides in the order in which they are read. Each page is in one group. */
const groups = {
  hooks: ['use-event-source', 'use-stream-chat', 'use-task-manager'],
  chat: ['protocols', 'chat-interface', 'chat-tools', 'chat-additions', 'chat-storage'],
  tasks: ['task-protocols', 'task-storage'],
  connection: ['connection', 'errors', 'seeing-every-message', 'parser', 'eventsource'],
  server: ['servers', 'resumable-streams'],
  more: ['troubleshooting', 'testing', 'migrating', 'comparison', 'sse-websocket-or-polling'],
}
type Group = keyof typeof groups

const modules = ['core', 'eventsource', 'parser', 'protocols', 'server', 'testing']

function pageAt(path: string): Page {
  const page = pages.find((other) => other.path === path)
  if (!page) throw new Error(`Expected a page ${path}, there is none`)
  return page
}

function sidebar(
  folder: string,
  overview: string,
  titles: Record<Group, string>,
): DefaultTheme.SidebarItem[] {
  const guides = Object.entries(groups).map(([group, names]) => ({
    text: titles[group as Group],
    items: names.map((name) => ({
      text: pageAt(`${folder}${name}.md`).title,
      link: `/${folder}${name}`,
    })),
  }))
  return [{ text: overview, link: `/${folder}` }, ...guides]
}

function assertAllListed(): void {
  const listed = new Set(['index', ...Object.values(groups).flat()])
  const missing = pages.filter(({ path }) => !listed.has(path.replace(/^zh-CN\/|\.md$/g, '')))
  if (missing.length > 0)
    throw new Error(`Expected all in a group, not: ${missing.map(({ file }) => file).join()}`)
}

assertAllListed()

function reference(folder: string): DefaultTheme.SidebarItem[] {
  const names = ['brooklet', ...modules.map((name) => `brooklet/${name}`)]
  return names.map((name) => ({ text: name, link: `/${folder}reference/${name}` }))
}

export default withMermaid({
  title: 'brooklet',
  description: pageAt('index.md').description,
  transformPageData(page) {
    const { description } = pages.find(({ path }) => path === page.relativePath) ?? {}
    return { description }
  },
  head: [['link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }]],
  srcDir: pagesFolder,
  markdown: { anchor: { slugify: anchorOf } },
  srcExclude: ['public/**'],
  cleanUrls: true,
  // The README names the playground's address.
  ignoreDeadLinks: 'localhostLinks',
  themeConfig: {
    logo: '/icon.svg',
    search,
    socialLinks: [{ icon: 'github', link: repository }],
    outline: [2, 3],
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: {
        nav: [
          { text: 'Guide', link: '/use-stream-chat' },
          { text: 'Reference', link: '/reference/brooklet' },
        ],
        sidebar: {
          '/reference/': reference(''),
          '/': sidebar('', 'Overview', {
            hooks: 'The three hooks',
            chat: 'Chat',
            tasks: 'Tasks',
            connection: 'The connection',
            server: 'The server',
            more: 'More',
          }),
        },
      },
    },
    'zh-CN': {
      label: '简体中文',
      lang: 'zh-CN',
      description: pageAt('zh-CN/index.md').description,
      themeConfig: {
        nav: [
          { text: '指南', link: '/zh-CN/use-stream-chat' },
          { text: 'API', link: '/zh-CN/reference/brooklet' },
        ],
        sidebar: {
          '/zh-CN/reference/': reference('zh-CN/'),
          '/zh-CN/': sidebar('zh-CN/', '概览', {
            hooks: '三个 Hook',
            chat: '对话',
            tasks: '任务',
            connection: '连接',
            server: '服务端',
            more: '更多',
          }),
        },
        outline: { level: [2, 3], label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        notFound: { title: '页面不存在', quote: '这个地址没有页面。', linkText: '回到首页' },
        langMenuLabel: '切换语言',
        darkModeSwitchLabel: '外观',
        lightModeSwitchTitle: '切换到浅色',
        darkModeSwitchTitle: '切换到深色',
        returnToTopLabel: '回到顶部',
        sidebarMenuLabel: '菜单',
      },
    },
  },
})
