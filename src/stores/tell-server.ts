import { StreamError } from '../errors.js'

/** Has the server stop `what`, of which `cancel` gets the `state`. A failure is only reported. */
export async function tellServer<State>(
  what: string,
  cancel: (state: State) => unknown,
  state: State,
  onError: (error: StreamError) => void,
): Promise<void> {
  try {
    await cancel(state)
  } catch (cause) {
    onError(new StreamError('network', `${what} was not canceled: ${cause}`, { cause }))
  }
}
