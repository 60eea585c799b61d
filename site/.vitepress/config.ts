import { defineConfig, type DefaultTheme, type MarkdownRenderer } from 'vitepress'
import { guidesIn, type Folder } from '../guides.js'
import { anchorOf, modules, pagesFolder, writePages, type Page } from '../pages.js'
import { search } from '../search.js'

const pages = writePages()

const repository = 'https://github.com/brooklet/brooklet'

function pageAt(path: string): Page {
  const page = pages.find((other) => other.path === path)
  if (!page) throw new Error(`Expected a page ${path}, there is none`)
  return page
}

function sidebar(folder: Folder, overview: string): DefaultTheme.SidebarItem[] {
  const guides = guidesIn(folder).map(({ title, paths }) => ({
    text: title,
    items: paths.map((path) => ({ text: pageAt(path).title, link: `/${path.slice(0, -3)}` })),
  }))
  return [{ text: overview, link: `/${folder}` }, ...guides]
}

function reference(folder: Folder): DefaultTheme.SidebarItem[] {
  return modules.map((name) => ({ text: name, link: `/${folder}reference/${name}` }))
}

/** A browser breaks no line between a Chinese comma and code that begins with a quote. */
function breakAfterChineseCommas({ renderer: { rules } }: MarkdownRenderer): void {
  const code = rules.code_inline!
  rules.code_inline = (tokens, index, ...rest) => {
    const mayBreak = /[、，；：]$/.test(tokens[index - 1]?.content ?? '')
    return (mayBreak ? '<wbr>' : '') + code(tokens, index, ...rest)
  }
}

function drawMermaid({ renderer: { rules } }: MarkdownRenderer): void {
  const fence = rules.fence!
  rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index]
    if (info !== 'mermaid') return fence(tokens, index, ...rest)
    return `<Diagram source="${encodeURIComponent(content)}" />`
  }
}

export default defineConfig({
  title: 'brooklet',
  description: pageAt('index.md').description,
  transformPageData(page) {
    const { description } = pages.find(({ path }) => path === page.relativePath) ?? {}
    return { description }
  },
  head: [['link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }]],
  srcDir: pagesFolder,
  markdown: {
    anchor: { slugify: anchorOf },
    config(markdown) {
      breakAfterChineseCommas(markdown)
      drawMermaid(markdown)
    },
  },
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
        notFound: { quote: 'There is no page at this address.', linkText: 'To the overview' },
        nav: [
          { text: 'Guide', link: '/use-stream-chat' },
          { text: 'Reference', link: '/reference/brooklet' },
        ],
        sidebar: {
          '/reference/': reference(''),
          '/': sidebar('', 'Overview'),
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
          '/zh-CN/': sidebar('zh-CN/', '概览'),
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
