import * as exported from '../../src/protocols/index.js'
import type { ChatProtocol } from '../../src/protocols/types.js'

export type ProtocolName = keyof typeof exported

const protocols: Record<string, unknown> = { ...exported }

/** A chat's protocol by the name of its factory, without options. */
export function protocolNamed(name: ProtocolName): ChatProtocol {
  return (protocols[name] as () => ChatProtocol)()
}
