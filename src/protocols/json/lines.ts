import { StreamError } from '../../errors.js'
import type { ChatReader, MessageDraft } from '../types.js'

type Verdict = ReturnType<ChatReader['read']>

/**
 * Reads a body that comes as pieces of text line by line, each character once. If `readLine` throws for a
 * line, the other lines of the piece are read before that error is thrown.
 */
export function lineReader(
  readLine: (line: string, draft: MessageDraft) => Verdict,
  end: ChatReader['end'],
): ChatReader {
  /** The pieces of the line that has not ended yet. */
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
    /** The last line may lack its line end. If it is broken, the reply was cut. */
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
