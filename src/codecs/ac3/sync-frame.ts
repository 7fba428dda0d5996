import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { type AudioCodingMode, channelsOf, samplingRates } from './coding-mode.ts'

/** The head of an AC-3 frame, in the words of ETSI TS 102 366 §4.3 and §4.4. */
export type Ac3SyncFrame = {
  readonly fscod: number
  readonly frmsizecod: number
  readonly bsid: number
  readonly bsmod: number
  readonly acmod: AudioCodingMode
  readonly lfeon: boolean
  /** In Hz. */
  readonly samplingRate: number
  /** Low-frequency effects included. */
  readonly channels: number
  /** Bytes of the frame, header included. */
  readonly frameSize: number
}

/** Six blocks of 256. */
export const ac3SamplesPerFrame = 1536

const syncWord = 0x0b77
/** kbit/s by half of frmsizecod. ETSI TS 102 366 table 4.13. */
const bitRates = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640]
/** Later ones are other formats: 9 and 10 have lower rates, from 11 on it is Enhanced AC-3. */
const highestBsid = 8
const stereo = 2

/**
 * Decode the head of the AC-3 frame at the beginning of `bytes`.
 *
 *     | 0b 77 (16) | crc1 (16) | fscod (2) | frmsizecod (6) | bsid (5) | bsmod (3) | acmod (3) |
 *     | cmixlev (2), if there is a centre | surmixlev (2), if there is surround | dsurmod (2), if stereo | lfeon (1) | …
 *
 * @throws {ProtocolError}
 * @see ETSI TS 102 366 §4.3.1, §4.3.2
 */
export function decodeAc3SyncFrame(bytes: Uint8Array): Ac3SyncFrame {
  const reader = new BitReader(bytes, 'ac3')
  if (reader.bits(16) !== syncWord) throw malformed('it begins with 0b 77')
  reader.skip(16) // crc1
  const fscod = reader.bits(2)
  const frmsizecod = reader.bits(6)
  const bsid = reader.bits(5)
  if (bsid > highestBsid) throw malformed(`bsid is at most ${highestBsid}, is ${bsid}`)
  const bsmod = reader.bits(3)
  const acmod = reader.bits(3) as AudioCodingMode
  skipMixLevels(reader, acmod)
  const lfeon = reader.flag()
  const channels = channelsOf(acmod, lfeon)
  return { fscod, frmsizecod, bsid, bsmod, acmod, lfeon, channels, ...decodeRates(fscod, frmsizecod) }
}

function skipMixLevels(reader: BitReader, acmod: AudioCodingMode): void {
  if ((acmod & 1) !== 0 && acmod !== 1) reader.skip(2) // cmixlev
  if ((acmod & 4) !== 0) reader.skip(2) // surmixlev
  if (acmod === stereo) reader.skip(2) // dsurmod
}

/** A frame is whole 16-bit words; at 44.1 kHz every other code has one more. */
function decodeRates(fscod: number, frmsizecod: number): Pick<Ac3SyncFrame, 'samplingRate' | 'frameSize'> {
  const samplingRate = samplingRates[fscod]
  const bitRate = bitRates[frmsizecod >> 1]
  if (samplingRate === undefined) throw malformed(`fscod is at most 2, is ${fscod}`)
  if (bitRate === undefined) throw malformed(`frmsizecod is at most 37, is ${frmsizecod}`)
  const words = Math.floor((bitRate * 1000 * ac3SamplesPerFrame) / 16 / samplingRate)
  const isPadded = samplingRate === 44_100 && (frmsizecod & 1) !== 0
  return { samplingRate, frameSize: 2 * (words + (isPadded ? 1 : 0)) }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('ac3', 'malformed', `Cannot decode AC-3 frame: ${rule}`)
}
