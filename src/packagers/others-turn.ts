import { setImmediate } from 'node:timers/promises'

/** Of how many segments something is told before others have their turn: that takes some milliseconds. */
export const segmentsAtOnce = 2000

/** Resolves when all else that is due has been done: what takes long is done in pieces, so that nobody has to wait for it. */
export function othersTurn(): Promise<void> {
  return setImmediate()
}

/** A text whose pieces are made one by one, with a turn for others behind each but the last. */
export async function inPieces(pieces: Iterable<string>): Promise<string> {
  let text = ''
  for (const piece of pieces) {
    if (text !== '') await othersTurn()
    text += piece
  }
  return text
}
