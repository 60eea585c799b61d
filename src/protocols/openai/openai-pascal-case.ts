/**
 * The data of an event of Tencent's own API for Hunyuan, with OpenAI's names: it has them in PascalCase, and
 * what does not stream in an envelope. Texts stay as they are, because the quotes in them are escaped.
 */
export function inSnakeCase(data: string): string {
  if (!/^{"[A-Z]/.test(data)) return data
  return data
    .replace(/^{"Response":(.*)}\s*$/s, '$1')
    .replace('"ErrorMsg":', '"Error":')
    .replace('"Msg":', '"Message":')
    .replace(/"[A-Z]\w*":/g, (name) => name.replace(/\B[A-Z]/g, '_$&').toLowerCase())
}
