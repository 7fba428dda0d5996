import type { WireFormat } from '../../contracts/wire-format.ts'
import { tsCarries } from '../../formats/mpegts/elementary-stream.ts'
import type { JoinPoint } from '../../hub/wire-log.ts'
import type { Track } from '../../media/track.ts'
import { tsWireFormat } from '../../protocols/mpegts/ts-wire-format.ts'
import { FlvOpening } from './flv-opening.ts'
import { flvWireFormat } from './flv-wire-format.ts'
import { fmp4Carries, fmp4Opening, fmp4WireFormat } from './fmp4-wire-format.ts'
import { adtsCarries, adtsWireFormat, mp3Carries, mp3WireFormat } from './sound-wire-format.ts'
import type { StreamOpening } from './stream-opening.ts'

/** A form in which a viewer gets a stream, chosen by the extension: `/live/test.ts`. */
export type PlayedFormat = {
  readonly extension: 'flv' | 'ts' | 'mp4' | 'aac' | 'mp3'
  readonly label: string
  readonly contentType: string
  readonly wire: WireFormat
  /** False for tracks that are left out. */
  readonly carries: (track: Track) => boolean
  /** True if it is one track of the stream, and not a container for all of them. */
  readonly isTrack?: true
  readonly createOpening: () => StreamOpening
}

export const playedFormats: readonly PlayedFormat[] = [
  {
    extension: 'flv',
    label: 'FLV',
    contentType: 'video/x-flv',
    wire: flvWireFormat,
    carries: () => true,
    createOpening: () => new FlvOpening(),
  },
  {
    extension: 'ts',
    label: 'MPEG-TS',
    // RFC 3555 §4.2.
    contentType: 'video/mp2t',
    wire: tsWireFormat,
    carries: tsCarries,
    createOpening: () => new NoOpening(),
  },
  {
    extension: 'mp4',
    label: 'MP4',
    contentType: 'video/mp4',
    wire: fmp4WireFormat,
    carries: fmp4Carries,
    createOpening: () => new Fmp4Opening(),
  },
  {
    extension: 'aac',
    label: 'AAC',
    // As browsers know it; registered for other things than ADTS alone.
    contentType: 'audio/aac',
    wire: adtsWireFormat,
    carries: adtsCarries,
    isTrack: true,
    createOpening: () => new NoOpening(),
  },
  {
    extension: 'mp3',
    label: 'MP3',
    // RFC 3003.
    contentType: 'audio/mpeg',
    wire: mp3WireFormat,
    carries: mp3Carries,
    isTrack: true,
    createOpening: () => new NoOpening(),
  },
]

const nothing = Buffer.alloc(0)

/** Nothing: what players have to know is among the bytes. */
class NoOpening implements StreamOpening {
  #isFirst = true

  get isFirst(): boolean {
    return this.#isFirst
  }

  encode(): Buffer {
    this.#isFirst = false
    return nothing
  }
}

/** The initialisation segment, at the start and wherever a viewer has missed frames with which it may have changed. */
class Fmp4Opening implements StreamOpening {
  #told: Buffer | undefined

  get isFirst(): boolean {
    return this.#told === undefined
  }

  encode({ tracks }: JoinPoint, declared: readonly Track[]): Buffer {
    const later = declared.filter(({ id }) => tracks.every(track => track.id !== id))
    const init = Buffer.from(fmp4Opening([...tracks, ...later]))
    if (this.#told?.equals(init) === true) return nothing
    this.#told = init
    return init
  }
}
