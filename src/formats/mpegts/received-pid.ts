import { ProtocolError } from '../../core/errors.ts'
import { type AccessUnit, noAccessUnits, type PesToAccessUnits } from './access-unit.ts'
import { ContinuityCheck } from './continuity-check.ts'
import { decodePes } from './pes-header.ts'
import { PesReader } from './pes-reader.ts'
import { SectionReader, type SectionReceiver } from './section-reader.ts'

/** What comes on one PID, and where it goes. */
export type ReceivedPid = {
  readonly continuity: ContinuityCheck
  /** Things that came, but not whole or not as they should be. */
  readonly damaged: number
  /** Take in the payload of a packet, which is borrowed until the call returns. */
  read(payload: Uint8Array, isStart: boolean): void
  /** Packets are missing before the next one. */
  lost(): void
  /** The end of the stream. */
  flush(): void
}

/** A PID with sections: tables, or cues. */
export class SectionPid implements ReceivedPid {
  readonly continuity = new ContinuityCheck()
  readonly #sections = new SectionReader()
  readonly #onSection: SectionReceiver
  #damaged = 0

  /** @param onSection Takes whole sections, borrowed until it returns. A ProtocolError of its is counted. */
  constructor(onSection: (section: Uint8Array) => void) {
    this.#onSection = section => {
      try {
        onSection(section)
        return true
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        this.#damaged++
        return false
      }
    }
  }

  get damaged(): number {
    return this.#damaged + this.#sections.damaged
  }

  read(payload: Uint8Array, isStart: boolean): void {
    this.#sections.read(payload, isStart, this.#onSection)
  }

  lost(): void {
    this.#sections.reset()
  }

  flush(): void {}
}

/** A PID with PES packets: an elementary stream. */
export class PesPid implements ReceivedPid {
  readonly continuity = new ContinuityCheck()
  readonly #packets: PesReader
  readonly #reader: PesToAccessUnits
  #damagedPackets = 0

  constructor(reader: PesToAccessUnits, onAccessUnit: (unit: AccessUnit) => void) {
    this.#reader = reader
    this.#packets = new PesReader({
      onPacket: packet => {
        for (const unit of this.#read(packet)) onAccessUnit(unit)
      },
      onDamage: () => this.#damage(),
    })
  }

  get damaged(): number {
    return this.#damagedPackets + this.#reader.unreadable
  }

  read(payload: Uint8Array, isStart: boolean): void {
    this.#packets.read(payload, isStart)
  }

  lost(): void {
    this.#packets.reset()
    this.#reader.lost()
  }

  flush(): void {
    this.#packets.flush()
  }

  #read(packet: Uint8Array): readonly AccessUnit[] {
    try {
      return this.#reader.read(decodePes(packet))
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#damage()
      return noAccessUnits
    }
  }

  #damage(): void {
    this.#damagedPackets++
    this.#reader.lost()
  }
}
