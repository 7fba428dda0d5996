import { ProgramChoice } from './program-choice.ts'
import { decodeProgramMap, type ProgramStream } from './program-map.ts'
import { decodeSection, tableIds } from './psi-section.ts'
import type { ReceivedPid } from './received-pid.ts'
import { SectionPid } from './received-pid.ts'
import { type ReceivedStream, receivedStreamOf } from './received-stream.ts'
import { type TrackSlot, TrackSlots } from './track-slots.ts'
import { fixedPids, isAssignablePid } from './transport-packet.ts'

/** A stream of the program that is received. */
export type ChosenStream = ReceivedStream & Pick<ProgramStream, 'pid' | 'descriptors'>

/** Who takes what the tables bring. */
export type ProgramReceiver = {
  /** Called whenever the program has streams that can be received. */
  readonly onProgram: () => void
  /** Makes the reader of a stream that begins. */
  readonly createReader: (stream: ChosenStream, slot: TrackSlot) => ReceivedPid
}

const noSection = new Uint8Array(0)

/** Streams of one program that are received. */
const mostStreams = 64

/** What a stream of the program in force is made of: the same stream goes on, whatever the version of the map is. */
type MappedPid = { readonly likeness: string; readonly reader: ReceivedPid }

/** The PIDs that are received: those of the tables, and those of the streams of one program, as the tables change. */
export class ReceivedProgram {
  readonly #receiver: ProgramReceiver
  readonly #choice: ProgramChoice
  readonly #slots = new TrackSlots()
  readonly #pids = new Map<number, ReceivedPid>()
  #mapPids: ReadonlyMap<number, ReceivedPid> = new Map()
  #streams: ReadonlyMap<number, MappedPid> = new Map()
  /** The sections that are in force, as they came: most that come are the same again. */
  #association = noSection
  #map = noSection
  #hasPictures = false
  /** Of PIDs that are no longer received. */
  #damagedBefore = 0

  /** @param wanted A program_number; `undefined` for the first program with media. */
  constructor(wanted: number | undefined, receiver: ProgramReceiver) {
    this.#receiver = receiver
    this.#choice = new ProgramChoice(wanted)
    this.#pids.set(fixedPids.programAssociation, new SectionPid(section => this.#readAssociation(section)))
  }

  /** True if the map lists pictures of a codec that is received. */
  get hasPictures(): boolean {
    return this.#hasPictures
  }

  /** Things that came, but not whole or not as they should be. */
  get damaged(): number {
    let damaged = this.#damagedBefore
    for (const pid of this.#pids.values()) damaged += pid.damaged
    return damaged
  }

  /** `undefined` for what is not received. */
  pid(number: number): ReceivedPid | undefined {
    return this.#pids.get(number)
  }

  /** The end of the stream. */
  flush(): void {
    for (const pid of this.#pids.values()) pid.flush()
  }

  #readAssociation(bytes: Uint8Array): void {
    if (isSameSection(bytes, this.#association)) return
    const section = decodeSection(bytes)
    if (section.tableId !== tableIds.programAssociation || !section.isCurrent) return
    this.#association = bytes.slice()
    this.#map = noSection
    this.#choice.associate(section)
    const mapPids = new Map<number, ReceivedPid>()
    for (const { mapPid } of this.#choice.programs) mapPids.set(mapPid, this.#mapPids.get(mapPid) ?? this.#mapPid())
    this.#replace(this.#mapPids, mapPids)
    this.#mapPids = mapPids
  }

  #mapPid(): ReceivedPid {
    return new SectionPid(bytes => {
      if (isSameSection(bytes, this.#map)) return
      const section = decodeSection(bytes)
      if (section.tableId !== tableIds.programMap || !section.isCurrent) return
      const streams = this.#receivable(decodeProgramMap(section.body))
      if (!this.#choice.chooses(section.idExtension, streams.length > 0)) return
      this.#map = bytes.slice()
      this.#mapStreams(streams)
    })
  }

  /** Without those on the PIDs of tables, and the second ones on a PID: the map is wrong there. */
  #receivable(streams: readonly ProgramStream[]): readonly ProgramStream[] {
    const taken = new Set(this.#mapPids.keys())
    const receivable = streams.filter(stream => {
      const isFree = isAssignablePid(stream.pid) && !taken.has(stream.pid)
      taken.add(stream.pid)
      return isFree && receivedStreamOf(stream) !== undefined
    })
    return receivable.slice(0, mostStreams)
  }

  #mapStreams(streams: readonly ProgramStream[]): void {
    if (streams.length > 0) this.#receiver.onProgram()
    const chosen = streams.flatMap(stream => {
      const received = receivedStreamOf(stream)
      return received === undefined ? [] : { ...received, ...stream, likeness: JSON.stringify(stream) }
    })
    this.#hasPictures = chosen.some(({ kind }) => kind === 'video')
    const slots = this.#slots.assign(chosen)
    const mapped = new Map<number, MappedPid>()
    for (const { likeness, ...stream } of chosen) {
      const known = this.#streams.get(stream.pid)
      const slot = slots.get(stream.pid)
      if (known?.likeness === likeness) mapped.set(stream.pid, known)
      else if (slot !== undefined) {
        mapped.set(stream.pid, { likeness, reader: this.#receiver.createReader(stream, slot) })
      }
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
}

function isSameSection(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

function readersOf(streams: ReadonlyMap<number, MappedPid>): ReadonlyMap<number, ReceivedPid> {
  return new Map([...streams].map(([pid, { reader }]) => [pid, reader]))
}
