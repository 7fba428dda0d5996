import { adtsHeaderSize, encodeAdtsHeader, longestAdtsPayload, writeAdtsHeader } from '../../codecs/aac/adts-header.ts'
import { decodeAudioSpecificConfig } from '../../codecs/aac/audio-specific-config.ts'
import type { PlacedFrame, RecordFlags, WireFormat, WireMuxer, WireWriter } from '../../contracts/wire-format.ts'
import { unlessMalformed } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import type { AudioCodec, Track } from '../../media/track.ts'

const plain: RecordFlags = { isJoinPoint: false, isRestart: false }
const joinPoint: RecordFlags = { isJoinPoint: true, isRestart: false }
const nothing = new Uint8Array(0)

/** What stands before each frame of a track. */
type FrameHead = {
  readonly size: Bytes
  /** Frames with more bytes are left out. */
  readonly longestPayload: Bytes
  write(payloadSize: Bytes, into: Uint8Array, at: number): void
}

/** One codec of sound in a stream of nothing but its frames. */
type SoundSyntax = {
  readonly codec: AudioCodec
  /** `undefined` for a track whose configuration has no words in it. */
  readonly headOf: (track: Track) => FrameHead | undefined
}

/** @see ISO/IEC 14496-3 §1.A.2.2 */
const adts: SoundSyntax = {
  codec: 'aac',
  headOf: ({ config = nothing }) => {
    const header = unlessMalformed(() => encodeAdtsHeader(decodeAudioSpecificConfig(config)))
    return (
      header && {
        size: adtsHeaderSize,
        longestPayload: longestAdtsPayload,
        write: (payloadSize, into, at) => writeAdtsHeader(header, payloadSize, into, at),
      }
    )
  },
}

const noHead: FrameHead = { size: 0, longestPayload: Number.POSITIVE_INFINITY, write: () => undefined }

/** Each frame has a header of its own already: ISO/IEC 11172-3 §2.4.1.3. */
const mpegAudio: SoundSyntax = { codec: 'mp3', headOf: () => noHead }

/** The first track of AAC in ADTS frames, one to a record. */
export const adtsWireFormat: WireFormat = { name: 'adts', createMuxer: out => new SoundMuxer(out, adts) }

/** The first track of MP3. */
export const mp3WireFormat: WireFormat = { name: 'mp3', createMuxer: out => new SoundMuxer(out, mpegAudio) }

export function adtsCarries(track: Track): boolean {
  return isCarried(track, adts)
}

export function mp3Carries(track: Track): boolean {
  return isCarried(track, mpegAudio)
}

function isCarried(track: Track, { codec, headOf }: SoundSyntax): boolean {
  return track.index === 0 && track.codec === codec && headOf(track) !== undefined
}

/** Whoever joins begins with the sound that comes with the key frame, or behind it. */
class SoundMuxer implements WireMuxer {
  readonly #out: WireWriter
  readonly #syntax: SoundSyntax
  #track: Track | undefined
  #head: FrameHead | undefined
  #isJoinPoint = false

  constructor(out: WireWriter, syntax: SoundSyntax) {
    this.#out = out
    this.#syntax = syntax
  }

  write({ frame, time, isJoinPoint, tracks }: PlacedFrame): void {
    this.#isJoinPoint ||= isJoinPoint
    const { track, payload } = frame
    if (track !== this.#track && !this.#follow(track)) return
    const head = this.#head
    if (head === undefined || payload.length > head.longestPayload) return
    const at = this.#out.reserve(head.size + payload.length)
    head.write(payload.length, this.#out.bytes, at)
    this.#out.bytes.set(payload, at + head.size)
    this.#out.commit(time, 0, this.#isJoinPoint ? joinPoint : plain, tracks)
    this.#isJoinPoint = false
  }

  /** False for frames of another track. */
  #follow(track: Track): boolean {
    if (track.kind !== 'audio' || track.index !== 0) return false
    this.#track = track
    this.#head = track.codec === this.#syntax.codec ? this.#syntax.headOf(track) : undefined
    return true
  }
}
