import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { type AudioCodingMode, channelsOf, samplingRates } from '../ac3/coding-mode.ts'

/** The head of an Enhanced AC-3 frame, in the words of ETSI TS 102 366 §E.1.2 and §E.1.3. */
export type Eac3SyncFrame = {
  /** 0 and 2: independent, a program of its own; 1: dependent, more channels of the program in front of it. */
  readonly strmtyp: 0 | 1 | 2
  readonly substreamid: number
  readonly fscod: number
  readonly bsid: number
  readonly acmod: AudioCodingMode
  readonly lfeon: boolean
  /** In Hz. */
  readonly samplingRate: number
  /** Low-frequency effects included; of this substream alone. */
  readonly channels: number
  /** Where the channels of a dependent substream belong, the left one in the highest bit; 0 if it is not said. */
  readonly chanmap: number
  readonly samplesPerFrame: number
  /** Bytes of the frame, header included. */
  readonly frameSize: number
}

const syncWord = 0x0b77
const reservedStreamType = 3
const lowestBsid = 11
const highestBsid = 16
const blocksOf = [1, 2, 3, 6] as const
const samplesPerBlock = 256
const dualMono = 0
const dependent = 1

/**
 * Decode the head of the Enhanced AC-3 frame at the beginning of `bytes`.
 *
 *     | 0b 77 (16) | strmtyp (2) | substreamid (3) | frmsiz (11) | fscod (2) | numblkscod, or fscod2 if fscod is 3 (2) |
 *     | acmod (3) | lfeon (1) | bsid (5) | dialnorm (5) | compre (1) compr (8) | both again, if dual mono |
 *     | chanmape (1) chanmap (16), if dependent | …
 *
 * @throws {ProtocolError}
 * @see ETSI TS 102 366 §E.1.2.1, §E.1.2.2
 */
export function decodeEac3SyncFrame(bytes: Uint8Array): Eac3SyncFrame {
  const reader = new BitReader(bytes, 'eac3')
  if (reader.bits(16) !== syncWord) throw malformed('it begins with 0b 77')
  const strmtyp = reader.bits(2)
  if (strmtyp === reservedStreamType) throw malformed('strmtyp is at most 2, is 3')
  const substreamid = reader.bits(3)
  const frameSize = 2 * (reader.bits(11) + 1)
  const fscod = reader.bits(2)
  const rate = decodeRate(fscod, reader.bits(2))
  const acmod = reader.bits(3) as AudioCodingMode
  const lfeon = reader.flag()
  const bsid = reader.bits(5)
  if (bsid < lowestBsid || bsid > highestBsid) throw malformed(`bsid is ${lowestBsid} to ${highestBsid}, is ${bsid}`)
  const chanmap = strmtyp === dependent ? decodeChanmap(reader, acmod) : 0
  const channels = channelsOf(acmod, lfeon)
  return {
    strmtyp: strmtyp as Eac3SyncFrame['strmtyp'],
    substreamid,
    fscod,
    bsid,
    acmod,
    lfeon,
    ...rate,
    channels,
    chanmap,
    frameSize,
  }
}

/** At half the rates a frame always has six blocks, and the code of their number says which rate. */
function decodeRate(fscod: number, code: number): Pick<Eac3SyncFrame, 'samplingRate' | 'samplesPerFrame'> {
  const fullRate = samplingRates[fscod]
  if (fullRate !== undefined) {
    return { samplingRate: fullRate, samplesPerFrame: samplesPerBlock * (blocksOf[code] as number) }
  }
  const doubleRate = samplingRates[code]
  if (doubleRate === undefined) throw malformed('fscod2 is at most 2, is 3')
  return { samplingRate: doubleRate / 2, samplesPerFrame: samplesPerBlock * blocksOf[3] }
}

function decodeChanmap(reader: BitReader, acmod: AudioCodingMode): number {
  const programs = acmod === dualMono ? 2 : 1
  for (let program = 0; program < programs; program++) {
    reader.skip(5) // dialnorm
    if (reader.flag()) reader.skip(8) // compr
  }
  return reader.flag() ? reader.bits(16) : 0
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('eac3', 'malformed', `Cannot decode Enhanced AC-3 frame: ${rule}`)
}
