/** In a file of its own, for the page that reads them as well. */
export const records = [
  { id: 1, text: '你好' },
  { id: 2, text: 'a "quoted" line' },
  { id: 3, text: 'two\nlines, 👋' },
]
