// A file without imports, so that bundlers inline these constants.
export const LF = 10
export const RS = 30
export const SPACE = 32
export const QUOTE = 34
export const OPEN_BRACKET = 91
export const BACKSLASH = 92
export const CLOSE_BRACKET = 93
export const OPEN_BRACE = 123
export const CLOSE_BRACE = 125
