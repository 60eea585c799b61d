import * as fc from 'fast-check'

const units = [
  'a',
  '7',
  ' ',
  'é',
  '中',
  '🚀',
  '\ud83d',
  '\ude80',
  '\n',
  '\r',
  '\0',
  '\u2028',
  '\ufeff',
]
const syntax = ['"', '\\', '{', '[', ':', 'data: ', '[DONE]', 'null']

/** Text that framing and JSON stumble over: line ends, quotes, halves of a surrogate pair. */
export const anyText: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(...units, ...syntax),
})
