import { noAdaptation } from './adaptation-field.ts'
import { sectionPayload, writePackets } from './packetize.ts'
import { encodeProgramAssociation, programMapPid } from './program-association.ts'
import { encodeProgramMap, type MappedStream } from './program-map.ts'
import { fixedPids, packetBodySize, packetSize } from './transport-packet.ts'

const versions = 32
/** Behind any PID of a program: there is no clock. Source: ISO/IEC 13818-1 §2.4.4.9 (PCR_PID). */
const noPcrPid: number = fixedPids.null

/** PAT and PMT of the stream as packets, again and again; the map has a new version whenever the streams change. */
export class ProgramTables {
  readonly #association = sectionPayload(encodeProgramAssociation())
  #map: Uint8Array = new Uint8Array()
  #streams = ''
  #version = -1
  #associationCounter = 0
  #mapCounter = 0

  /** Packets that one `write` takes. */
  get packets(): number {
    return (this.#association.length + this.#map.length) / packetBodySize
  }

  /** What the map is to tell from now on. Returns true if that is something new. */
  update(streams: readonly MappedStream[], pcrPid = noPcrPid): boolean {
    const told = JSON.stringify([
      pcrPid,
      streams.map(({ pid, stream }) => [pid, stream.streamType, stream.descriptors]),
    ])
    if (told === this.#streams) return false
    this.#streams = told
    this.#version = (this.#version + 1) % versions
    this.#map = sectionPayload(encodeProgramMap({ pcrPid, version: this.#version, streams }))
    return true
  }

  /** Write `packets` packets. */
  write(into: Uint8Array, at: number): void {
    const association = { pid: fixedPids.programAssociation, payload: this.#association, adaptation: noAdaptation }
    const map = { pid: programMapPid, payload: this.#map, adaptation: noAdaptation }
    const written = writePackets(into, at, { ...association, continuityCounter: this.#associationCounter })
    this.#associationCounter += written
    const mapAt = at + written * packetSize
    this.#mapCounter += writePackets(into, mapAt, { ...map, continuityCounter: this.#mapCounter })
  }
}
