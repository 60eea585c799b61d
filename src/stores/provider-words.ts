import { StreamError } from '../errors.js'
import { guard } from '../guard.js'
import type { ChatProtocol } from '../protocols/types.js'

/** The error with the backend's own message, if the protocol finds one in the body. */
export function inProviderWords(
  error: StreamError,
  protocol: Pick<ChatProtocol, 'errorMessage'>,
): StreamError {
  const { code, status = 0, body } = error
  const words = body && guard(() => protocol.errorMessage?.(body, status))
  return words ? new StreamError(code, words, error) : error
}
