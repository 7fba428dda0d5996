import { codecLabels } from '../../codecs/codec-facts.ts'
import type { Bytes, Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Timeline, TimestampClock } from '../../media/timeline.ts'
import type { Track } from '../../media/track.ts'
import { TrackSet } from '../../media/track-set.ts'
import type { AccessUnit, TrackForm } from './access-unit.ts'
import { decodeAdaptationField } from './adaptation-field.ts'
import { clockModulus, systemClock } from './clock.ts'
import { metadata } from './metadata-from-pes.ts'
import { PacketReader } from './packet-reader.ts'
import { ProgramChoice } from './program-choice.ts'
import { decodeProgramMap, type ProgramStream } from './program-map.ts'
import { decodeSection, tableIds } from './psi-section.ts'
import { PesPid, type ReceivedPid, SectionPid } from './received-pid.ts'
import { receivedStreamOf } from './received-stream.ts'
import { moveCue } from './splice-info.ts'
import { type TrackSlot, TrackSlots } from './track-slots.ts'
import { decodePacketHeader, fixedPids, packetHeaderSize, packetSize } from './transport-packet.ts'

/** The clock of the timeline that the times of a transport stream are placed on. */
export const tsClock: TimestampClock = { timescale: systemClock, modulus: clockModulus }

/** What was not as it should be. Plain numbers that only grow. */
export type TsFaults = {
  /** Times that the continuity counter of a PID has jumped: packets are missing. */
  continuityErrors: number
  /** Packets whose sender, or the network, says that they are wrong. */
  transportErrors: number
  /** Packets whose payload is encrypted. */
  scrambledPackets: number
  /** Access units, PES packets and tables that were left out: not whole, not readable, or not decodable after a loss. */
  damagedUnits: number
  /** Bytes that belonged to no packet. */
  skippedBytes: Bytes
}

/** What is received, and who is told. */
export type TsReading = {
  /** Of the program to receive; `undefined` for the first one with media. */
  readonly programNumber?: number | undefined
  /** Called once, when it is known that there is media, and before the first time is placed. */
  readonly onProgram?: (() => void) | undefined
}

/** Streams of one program that are received. */
const mostStreams = 64

/** A stream of the program in force, and what it is made of: the same stream goes on, whatever the map's version is. */
type MappedPid = { readonly likeness: string; readonly reader: ReceivedPid }

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
  readonly #choice: ProgramChoice
  readonly #slots = new TrackSlots()
  readonly #tracks = new TrackSet('mpegts')
  /** By track id. */
  readonly #forms: (TrackForm | undefined)[] = []
  readonly #pids = new Map<number, ReceivedPid>()
  #mapPids: ReadonlyMap<number, ReceivedPid> = new Map()
  #streams: ReadonlyMap<number, MappedPid> = new Map()
  #newestTimestamp: Ticks = 0
  /** From timestamps to the times that they were placed at. */
  #moved: Ticks = 0
  #frames: Frame[] = []
  #continuityErrors = 0
  #transportErrors = 0
  #scrambledPackets = 0
  /** Of PIDs that are no longer received. */
  #damagedBefore = 0
  readonly #onPacket = (bytes: Uint8Array, at: number): void => this.#readPacket(bytes, at)

  /** @param timeline One with `tsClock`. */
  constructor(timeline: Timeline, { programNumber, onProgram }: TsReading = {}) {
    this.#timeline = timeline
    this.#choice = new ProgramChoice(programNumber)
    this.#onProgram = onProgram
    this.#pids.set(fixedPids.programAssociation, new SectionPid(section => this.#readAssociation(section)))
  }

  /** The tracks in their newest generation, by id. The same array until one of them changes. */
  get tracks(): readonly Track[] {
    return this.#tracks.list
  }

  get faults(): TsFaults {
    let damagedUnits = this.#damagedBefore
    for (const { damaged } of this.#pids.values()) damagedUnits += damaged
    return {
      continuityErrors: this.#continuityErrors,
      transportErrors: this.#transportErrors,
      scrambledPackets: this.#scrambledPackets,
      damagedUnits,
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
    for (const pid of this.#pids.values()) pid.flush()
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
    const received = this.#pids.get(pid)
    if (received === undefined || content === undefined || content === 'adaptation') return
    const end = at + packetSize
    let payloadAt = at + packetHeaderSize
    let mayJump = false
    if (content === 'adaptation and payload') {
      const adaptation = decodeAdaptationField(bytes, payloadAt, end)
      if (adaptation === undefined) return
      payloadAt += adaptation.size
      mayJump = adaptation.discontinuity
    }
    const continuity = received.continuity.judge(header)
    if (continuity === 'copy') return
    if (continuity === 'broken') this.#break(received, mayJump)
    if (header.isScrambled) this.#scrambledPackets++
    else received.read(bytes.subarray(payloadAt, end), payloadUnitStart)
  }

  #break(received: ReceivedPid, isAnnounced: boolean): void {
    if (!isAnnounced) this.#continuityErrors++
    received.lost()
  }

  #readAssociation(bytes: Uint8Array): void {
    const section = decodeSection(bytes)
    if (section.tableId !== tableIds.programAssociation || !section.isCurrent) return
    this.#choice.associate(section)
    const mapPids = new Map<number, ReceivedPid>()
    for (const { mapPid } of this.#choice.programs) mapPids.set(mapPid, this.#mapPids.get(mapPid) ?? this.#mapPid())
    this.#replace(this.#mapPids, mapPids)
    this.#mapPids = mapPids
  }

  #mapPid(): ReceivedPid {
    return new SectionPid(bytes => {
      const section = decodeSection(bytes)
      if (section.tableId !== tableIds.programMap || !section.isCurrent) return
      const streams = decodeProgramMap(section.body).slice(0, mostStreams)
      const hasMedia = streams.some(stream => receivedStreamOf(stream) !== undefined)
      if (this.#choice.chooses(section.idExtension, hasMedia)) this.#mapStreams(streams)
    })
  }

  #mapStreams(streams: readonly ProgramStream[]): void {
    const received = streams.flatMap(stream => {
      const { kind, createReader } = receivedStreamOf(stream) ?? {}
      return kind === undefined ? [] : [{ pid: stream.pid, kind, createReader, likeness: JSON.stringify(stream) }]
    })
    if (received.length > 0) {
      this.#onProgram?.()
      this.#onProgram = undefined
    }
    const slots = this.#slots.assign(received)
    const mapped = new Map<number, MappedPid>()
    for (const { pid, createReader, likeness } of received) {
      const known = this.#streams.get(pid)
      const slot = slots.get(pid)
      if (slot === undefined) continue
      const onUnit = (unit: AccessUnit): void => this.#emit(slot, unit)
      const reader =
        known?.likeness === likeness
          ? known.reader
          : createReader === undefined
            ? new SectionPid(section => onUnit(metadata(cueForm, undefined, moveCue(section, this.#moved))))
            : new PesPid(createReader(), onUnit)
      mapped.set(pid, { likeness, reader })
    }
    this.#replace(readersOf(this.#streams), readersOf(mapped))
    this.#streams = mapped
  }

  /** Those that go hand out what is whole. */
  #replace(before: ReadonlyMap<number, ReceivedPid>, after: ReadonlyMap<number, ReceivedPid>): void {
    for (const [pid, received] of before) {
      if (after.get(pid) === received) continue
      received.flush()
      this.#damagedBefore += received.damaged
      this.#pids.delete(pid)
    }
    for (const [pid, received] of after) this.#pids.set(pid, received)
  }

  #emit(slot: TrackSlot, unit: AccessUnit): void {
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

  #trackOf(slot: TrackSlot, form: TrackForm): Track {
    const known = this.#tracks.get(slot.id)
    if (known !== undefined && this.#forms[slot.id] === form) return known
    this.#forms[slot.id] = form
    return this.#tracks.put({ ...slot, ...form, timescale: systemClock })
  }
}

function readersOf(streams: ReadonlyMap<number, MappedPid>): ReadonlyMap<number, ReceivedPid> {
  return new Map([...streams].map(([pid, { reader }]) => [pid, reader]))
}
