import { StreamError } from '../../errors.js'
import type { ChatReader, MessageDraft } from '../types.js'

type Verdict = ReturnType<ChatReader['read']>

/**
 * Reads a body that comes as pieces of text line by line, each character once. A line that
 * `readLine` throws at is reported, and the others of its piece are read all the same.
 */
export function lineReader(
  readLine: (line: string, draft: MessageDraft) => Verdict,
  end: ChatReader['end'],
): ChatReader {
  /** The pieces of the line that is not whole yet. */
  let pieces: string[] = []

  function read({ data }: { data: string }, draft: MessageDraft): Verdict {
    const lines = data.split(/[\r\n]/)
    const last = lines.pop()!
    let broken: unknown
    for (const line of lines) {
      try {
        const verdict = readPieces(line, draft)
        if (verdict) return verdict
      } catch (error) {
        broken ??= error
      }
      if (draft.error) return
    }
    pieces.push(last)
    if (broken) throw broken
  }

  function readPieces(end: string, draft: MessageDraft): Verdict {
    const line = pieces.join('') + end
    pieces = []
    return line.trim() ? readLine(line, draft) : undefined
  }

  return {
    read,
    /** The last line may lack its end; where it was cut in two, so was the reply. */
    end(draft) {
      try {
        return readPieces('', draft) ? 'complete' : end(draft)
      } catch (error) {
        if (error instanceof StreamError) return 'cut'
        throw error
      }
    },
  }
}
