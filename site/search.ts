import type { DefaultTheme } from 'vitepress'

/**
 * The words of a text, for the index and for what is searched. MiniSearch splits at spaces and
 * punctuation only, which leaves a Chinese sentence in one piece. VitePress sends the source of this
 * function to the page, so it can use nothing from outside.
 */
const tokenize = (text: string): string[] => {
  const chinese = new Intl.Segmenter('zh', { granularity: 'word' })
  return text
    .split(/[\n\r\p{Z}\p{P}]+/u)
    .flatMap((part) =>
      /\p{Script=Han}/u.test(part)
        ? Array.from(chinese.segment(part), ({ segment }) => segment)
        : part,
    )
}

export const search: DefaultTheme.Config['search'] = {
  provider: 'local',
  options: {
    miniSearch: { options: { tokenize } },
    locales: {
      'zh-CN': {
        translations: {
          button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
          modal: {
            displayDetails: '显示详细列表',
            resetButtonTitle: '清除',
            backButtonTitle: '返回',
            noResultsText: '没有结果：',
            footer: { selectText: '打开', navigateText: '切换', closeText: '关闭' },
          },
        },
      },
    },
  },
}
