import { adtsAudioSpecificConfig } from '../../codecs/aac/adts-configuration.ts'
import { decodeAdtsFrame } from '../../codecs/aac/adts-frame.ts'
import { decodeAdtsHeader } from '../../codecs/aac/adts-header.ts'
import { decodeAudioSpecificConfig } from '../../codecs/aac/audio-specific-config.ts'
import { decodeLoasFrame, type LatmConfiguration, loasFrameSize, loasHeaderSize } from '../../codecs/aac/loas-frame.ts'
import { decodeAc3SyncFrame } from '../../codecs/ac3/sync-frame.ts'
import { codecLabels } from '../../codecs/codec-facts.ts'
import { decodeEac3SyncFrame } from '../../codecs/eac3/sync-frame.ts'
import { decodeMp3FrameHeader, mp3FrameHeaderSize } from '../../codecs/mp3/frame-header.ts'
import type { Bytes, Ticks } from '../../core/units.ts'
import type { AudioCodec } from '../../media/track.ts'
import { decodeOpusAccessUnit } from './opus-access-unit.ts'
import { aacDuration, soundDurations } from './sound-duration.ts'

/** A piece of sound as a transport stream has it. */
export type SoundFrame = {
  /** Bytes that it takes there. */
  readonly size: Bytes
  /** The frames in it, each of the same duration, as views. */
  readonly payloads: readonly Uint8Array[]
  /** Of one frame, in ticks of 90 kHz and parts of them. */
  readonly duration: Ticks
  /** What a decoder needs, for codecs that need something. */
  readonly config: Uint8Array | undefined
}

/** How a codec marks its frames in a stream of bytes. */
export type SoundSyntax = {
  readonly codec: AudioCodec
  /** Name for people. */
  readonly labelOf: (payload: Uint8Array) => string
  /** What all frames begin with. */
  readonly syncByte: number
  /** The frame that `bytes` begin with; `undefined` if more of them are needed. Throws ProtocolError if it is none. */
  readonly next: (bytes: Uint8Array) => SoundFrame | undefined
}

/** @see ISO/IEC 14496-3 §1.A.2 */
export const adtsSyntax: SoundSyntax = {
  codec: 'aac',
  labelOf: () => codecLabels.aac,
  syncByte: 0xff,
  next: bytes => {
    const header = decodeAdtsHeader(bytes)
    if (header === undefined || bytes.length < header.frameLength) return undefined
    const config = adtsAudioSpecificConfig(header)
    const payloads = decodeAdtsFrame(header, bytes).filter(payload => payload.length > 0)
    return { size: header.frameLength, payloads, duration: aacDuration(decodeAudioSpecificConfig(config)), config }
  },
}

/** The configuration comes with some of the frames and holds for the others. @see ISO/IEC 14496-3 §1.7.2 */
export function loasSyntax(): SoundSyntax {
  let known: LatmConfiguration | undefined
  return {
    codec: 'aac',
    labelOf: () => codecLabels.aac,
    syncByte: 0x56,
    next: bytes => {
      if (bytes.length < loasHeaderSize) return undefined
      const size = loasFrameSize(bytes)
      if (bytes.length < size) return undefined
      const frame = decodeLoasFrame(bytes.subarray(0, size), known)
      if (frame === undefined) return { size, payloads: [], duration: 0, config: undefined }
      known = frame.configuration
      const config = known.audioSpecificConfig
      const payloads = frame.payloads.filter(payload => payload.length > 0)
      return { size, payloads, duration: aacDuration(decodeAudioSpecificConfig(config)), config }
    },
  }
}

/** All layers, for decoders of layer III know the others too. @see ISO/IEC 11172-3 §2.4.1, ISO/IEC 13818-3 §2.4.1 */
export const mpegAudioSyntax: SoundSyntax = {
  codec: 'mp3',
  labelOf: payload => `MP${decodeMp3FrameHeader(payload).layer}`,
  syncByte: 0xff,
  next: bytes => {
    if (bytes.length < mp3FrameHeaderSize) return undefined
    const { frameSize = bytes.length } = decodeMp3FrameHeader(bytes)
    if (bytes.length < frameSize) return undefined
    return whole(bytes, 0, frameSize, soundDurations.mp3(bytes.subarray(0, frameSize)), undefined)
  },
}

/** What it takes to know how long a frame of AC-3 or Enhanced AC-3 is, and to which others it belongs. */
const dolbyHeadSize: Bytes = 12

/** @see ETSI TS 102 366 §4.3 */
export const ac3Syntax: SoundSyntax = {
  codec: 'ac3',
  labelOf: () => codecLabels.ac3,
  syncByte: 0x0b,
  next: bytes => {
    if (bytes.length < dolbyHeadSize) return undefined
    const { frameSize } = decodeAc3SyncFrame(bytes)
    if (bytes.length < frameSize) return undefined
    return whole(bytes, 0, frameSize, soundDurations.ac3(bytes.subarray(0, frameSize)), undefined)
  },
}

/** The frames of all substreams of one moment belong together. @see ETSI TS 102 366 §E.1.3.1 */
export const eac3Syntax: SoundSyntax = {
  codec: 'eac3',
  labelOf: () => codecLabels.eac3,
  syncByte: 0x0b,
  next: bytes => {
    if (bytes.length < dolbyHeadSize) return undefined
    const first = decodeEac3SyncFrame(bytes)
    let size = first.frameSize
    while (bytes.length >= size + dolbyHeadSize) {
      const next = decodeEac3SyncFrame(bytes.subarray(size))
      if (next.strmtyp !== dependentSubstream && next.substreamid <= first.substreamid) break
      size += next.frameSize
    }
    if (bytes.length < size) return undefined
    return whole(bytes, 0, size, soundDurations.eac3(bytes.subarray(0, size)), undefined)
  },
}

const dependentSubstream = 1

/** @param head The identification header of the track. @see Opus in MPEG-TS, V0.1.3 */
export function opusSyntax(head: Uint8Array): SoundSyntax {
  return {
    codec: 'opus',
    labelOf: () => codecLabels.opus,
    syncByte: 0x7f,
    next: bytes => {
      const { packetAt, end } = decodeOpusAccessUnit(bytes)
      return whole(bytes, packetAt, end, soundDurations.opus(bytes.subarray(packetAt, end)), head)
    },
  }
}

function whole(
  bytes: Uint8Array,
  from: Bytes,
  size: Bytes,
  duration: Ticks,
  config: Uint8Array | undefined,
): SoundFrame {
  const payload = bytes.subarray(from, size)
  return { size, payloads: payload.length === 0 ? [] : [payload], duration, config }
}
