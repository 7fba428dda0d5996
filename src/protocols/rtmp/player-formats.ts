import type { WireFormat } from '../../contracts/wire-format.ts'
import type { Bytes } from '../../core/units.ts'
import { basicProfile, type FlvProfile } from '../../formats/flv/flv-profile.ts'
import { rtmpWireFormat } from './wire-format.ts'

/** What one class of players, and of servers that we send to, is sent. Those of one class share their bytes. */
export type PlayerFormat = { readonly profile: FlvProfile; readonly wireFormat: WireFormat }

type Entry = PlayerFormat & { users: number }

/** Each class costs a muxer and memory in each of its streams, and peers say what they like. */
const maxFormats = 32

/** The classes of players that there are now. */
export class PlayerFormats {
  readonly #chunkSize: Bytes
  readonly #basic: Entry
  /** By the profile's name, the one that was last needed at the end. */
  readonly #entries = new Map<string, Entry>()

  constructor(chunkSize: Bytes) {
    this.#chunkSize = chunkSize
    this.#basic = this.#entry(basicProfile)
  }

  /**
   * What players of `profile` are sent; of the basic profile if there are too many others. Each call is paired with one
   * `close`.
   */
  open(profile: FlvProfile): PlayerFormat {
    const entry = this.#find(profile)
    entry.users++
    return entry
  }

  close({ profile }: PlayerFormat): void {
    const entry = this.#entries.get(profile.name) ?? this.#basic
    entry.users--
  }

  #find(profile: FlvProfile): Entry {
    if (profile.name === basicProfile.name) return this.#basic
    const known = this.#entries.get(profile.name)
    if (known === undefined && !this.#hasRoom()) return this.#basic
    const entry = known ?? this.#entry(profile)
    this.#entries.delete(profile.name)
    this.#entries.set(profile.name, entry)
    return entry
  }

  /** Makes room where nobody needs a format any more. It is kept until then: players come and go. */
  #hasRoom(): boolean {
    if (this.#entries.size < maxFormats) return true
    for (const [name, { users }] of this.#entries) {
      if (users === 0) return this.#entries.delete(name)
    }
    return false
  }

  #entry(profile: FlvProfile): Entry {
    return { profile, wireFormat: rtmpWireFormat(this.#chunkSize, profile), users: 0 }
  }
}
