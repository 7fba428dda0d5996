import { codecLabels } from '../../codecs/codec-facts.ts'
import type { Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Timeline, TimestampClock } from '../../media/timeline.ts'
import type { Track } from '../../media/track.ts'
import { TrackSet } from '../../media/track-set.ts'
import type { AccessUnit, TrackForm } from './access-unit.ts'
import { decodeAdaptationField } from './adaptation-field.ts'
import { clockModulus, systemClock } from './clock.ts'
import { languageOf } from './descriptors.ts'
import { metadata } from './metadata-from-pes.ts'
import { PacketReader } from './packet-reader.ts'
import { PesPid, type ReceivedPid, SectionPid } from './received-pid.ts'
import { type ChosenStream, ReceivedProgram } from './received-program.ts'
import { moveCue } from './splice-info.ts'
import type { TrackSlot } from './track-slots.ts'
import { decodePacketHeader, packetHeaderSize, packetSize } from './transport-packet.ts'
import type { TsFaults } from './ts-faults.ts'

/** The clock of the timeline that the times of a transport stream are placed on. */
export const tsClock: TimestampClock = { timescale: systemClock, modulus: clockModulus }

/** What is received, and who is told. */
export type TsReading = {
  /** Of the program to receive; `undefined` for the first one with media. */
  readonly programNumber?: number | undefined
  /** Called once, when it is known that there is media, and before the first time is placed. */
  readonly onProgram?: (() => void) | undefined
}

/** What a track has from the program: its place, and its language. */
type TrackPlace = TrackSlot & Pick<Track, 'language'>

const cueForm: TrackForm = { kind: 'data', codec: 'scte35', codecLabel: codecLabels.scte35, config: undefined }

/**
 * Turns the bytes of a transport stream into the frames and tracks of one program. All times come from one clock, so
 * sound and picture stay as far apart as they were.
 *
 * What is damaged is left out and counted; pictures go on with the next one that can be decoded. The bytes may begin and
 * break off anywhere.
 *
 * @see ISO/IEC 13818-1
 */
export class TsToFrames {
  readonly #timeline: Timeline
  #onProgram: (() => void) | undefined
  readonly #packets = new PacketReader()
  readonly #program: ReceivedProgram
  readonly #tracks = new TrackSet('mpegts')
  /** By track id. */
  readonly #forms: (TrackForm | undefined)[] = []
  #newestTimestamp: Ticks = 0
  /** From timestamps to the times that they were placed at. */
  #moved: Ticks = 0
  #frames: Frame[] = []
  #continuityErrors = 0
  #transportErrors = 0
  #scrambledPackets = 0
  readonly #onPacket = (bytes: Uint8Array, at: number): void => this.#readPacket(bytes, at)

  /** @param timeline One with `tsClock`. */
  constructor(timeline: Timeline, { programNumber, onProgram }: TsReading = {}) {
    this.#timeline = timeline
    this.#onProgram = onProgram
    this.#program = new ReceivedProgram(programNumber, {
      onProgram: () => this.#begin(),
      createReader: (stream, slot) => this.#createReader(stream, slot),
    })
  }

  /** The tracks in their newest generation, by id. The same array until one of them changes. */
  get tracks(): readonly Track[] {
    return this.#tracks.list
  }

  /** True if the program has pictures, though none may have come that can be decoded. */
  get announcesPictures(): boolean {
    return this.#program.hasPictures
  }

  get faults(): TsFaults {
    return {
      continuityErrors: this.#continuityErrors,
      transportErrors: this.#transportErrors,
      scrambledPackets: this.#scrambledPackets,
      damagedUnits: this.#program.damaged,
      skippedBytes: this.#packets.bytesSkipped,
    }
  }

  /** Take in the next bytes, which are borrowed until the call returns. Returns the frames that are whole now. */
  push(bytes: Uint8Array): readonly Frame[] {
    this.#packets.read(bytes, this.#onPacket)
    return this.#takeFrames()
  }

  /** The end of the stream: the last access units are whole. */
  flush(): readonly Frame[] {
    this.#program.flush()
    return this.#takeFrames()
  }

  #takeFrames(): readonly Frame[] {
    const frames = this.#frames
    this.#frames = []
    return frames
  }

  #readPacket(bytes: Uint8Array, at: number): void {
    const header = decodePacketHeader(bytes, at)
    const { pid, content, payloadUnitStart } = header
    if (header.transportError) {
      this.#transportErrors++
      return
    }
    const received = this.#program.pid(pid)
    if (received === undefined || content === undefined) return
    const end = at + packetSize
    let payloadAt = at + packetHeaderSize
    if (content !== 'payload') {
      const adaptation = decodeAdaptationField(bytes, payloadAt, end)
      if (adaptation === undefined) return
      payloadAt += adaptation.size
      if (adaptation.discontinuity) received.continuity.announceJump()
      if (content === 'adaptation') return
    }
    const continuity = received.continuity.judge(header)
    if (continuity === 'copy') return
    if (continuity === 'broken') this.#continuityErrors++
    if (continuity !== 'next') received.lost()
    if (header.isScrambled) this.#leaveOutScrambled(received)
    else received.read(bytes.subarray(payloadAt, end), payloadUnitStart)
  }

  #leaveOutScrambled(received: ReceivedPid): void {
    this.#scrambledPackets++
    received.lost()
  }

  #begin(): void {
    this.#onProgram?.()
    this.#onProgram = undefined
  }

  #createReader(stream: ChosenStream, slot: TrackSlot): ReceivedPid {
    const language = languageOf(stream.descriptors)
    const place = { ...slot, ...(language !== undefined && { language }) }
    const onUnit = (unit: AccessUnit): void => this.#emit(place, unit)
    const { createReader } = stream
    if (createReader !== undefined) return new PesPid(createReader(), onUnit)
    return new SectionPid(section => onUnit(metadata(cueForm, undefined, moveCue(section, this.#moved))))
  }

  #emit(slot: TrackPlace, unit: AccessUnit): void {
    const { form, dts: timestamp, compositionOffset, isKey, payload } = unit
    const isData = slot.kind === 'data'
    // There is no time yet that it could have.
    if (isData && this.#timeline.newest === undefined) return
    const dts = isData
      ? this.#timeline.placeAside(timestamp ?? this.#newestTimestamp)
      : this.#timeline.place(slot.id, timestamp ?? this.#newestTimestamp)
    if (timestamp !== undefined && !isData) {
      this.#newestTimestamp = timestamp
      this.#moved = dts - timestamp
    }
    const track = this.#trackOf(slot, form)
    this.#frames.push({ track, dts, pts: dts + compositionOffset, isKey, payload })
  }

  #trackOf(slot: TrackPlace, form: TrackForm): Track {
    const known = this.#tracks.get(slot.id)
    if (known !== undefined && this.#forms[slot.id] === form) return known
    this.#forms[slot.id] = form
    return this.#tracks.put({ ...slot, ...form, timescale: systemClock })
  }
}
