import type { StreamEvent } from '../../formats/types.js'

/**
 * An event of Tencent's own API for Hunyuan, with OpenAI's names: it has them in PascalCase, and what does
 * not stream in an envelope. Texts stay as they are, because the quotes in them are escaped; so do all
 * other events.
 */
export function inSnakeCase(event: StreamEvent): StreamEvent {
  if (!/^{"[A-Z]/.test(event.data)) return event
  const data = event.data
    .replace(/^{"Response":(.*)}\s*$/s, '$1')
    .replace('"ErrorMsg":', '"Error":')
    .replace('"Msg":', '"Message":')
    .replace(/"[A-Z]\w*":/g, (name) => name.replace(/\B[A-Z]/g, '_$&').toLowerCase())
  return { ...event, data }
}
