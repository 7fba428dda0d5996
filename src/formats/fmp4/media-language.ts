import type { Track } from '../../media/track.ts'
import type { BoxFields } from './decode-box.ts'

/** What each of the three letters counts from. */
const beforeA = 0x60
const letters = /^[a-z]{3}$/
const undetermined = 'und'

/**
 * The language of an mdhd, as Track has it.
 *
 *     | pad (1) | letter (5) | letter (5) | letter (5) |
 *
 * @param language Of a track; what has not three letters is not known.
 * @see ISO/IEC 14496-12 §8.4.2.3
 */
export function packLanguage(language: string | undefined): number {
  const told = language !== undefined && letters.test(language) ? language : undetermined
  return Buffer.from(told, 'latin1').reduce((packed, letter) => packed * 32 + letter - beforeA, 0)
}

/**
 * Decode the language of an mdhd: nothing if it is not known, or one of the numbers that QuickTime has for languages.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-12 §8.4.2
 */
export function decodeLanguage(mdhd: BoxFields): Pick<Track, 'language'> {
  const packed = mdhd.u16(mdhd.version === 0 ? 20 : 32)
  const language = String.fromCharCode(...[10, 5, 0].map(shift => beforeA + ((packed >> shift) & 31)))
  return letters.test(language) && language !== undetermined ? { language } : {}
}
