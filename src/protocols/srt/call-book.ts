import type { Milliseconds } from '../../core/units.ts'
import type { Call } from './call.ts'

/** As long as a cookie may be good, and so as what was said with it may come again. */
const memory: Milliseconds = 120_000
/** Calls that are remembered in one generation: some 4 MB. */
const maxGeneration = 16_384

/** What became of a call that is over. */
type EndedCall = { readonly refusal: Uint8Array | undefined }

/**
 * Who has called, so that a caller that asks again is the same one: as long as its connection is there, and for some time
 * behind it. Nobody gets in by a copy of what somebody else has said.
 */
export class CallBook<Connection> {
  readonly #open = new Map<string, Connection>()
  #newer = new Map<string, EndedCall>()
  #older = new Map<string, EndedCall>()
  #turnAt: Milliseconds = 0

  open(call: Call): Connection | undefined {
    return this.#open.get(keyOf(call))
  }

  /** Set for a call whose connection is over. */
  ended(call: Call, now: Milliseconds): EndedCall | undefined {
    this.#turn(now)
    const key = keyOf(call)
    return this.#newer.get(key) ?? this.#older.get(key)
  }

  add(call: Call, connection: Connection): void {
    this.#open.set(keyOf(call), connection)
  }

  /** @param refusal What the caller was told, if it was not let in. */
  end(call: Call, refusal: Uint8Array | undefined, now: Milliseconds): void {
    this.#turn(now)
    const key = keyOf(call)
    this.#open.delete(key)
    this.#newer.set(key, { refusal })
  }

  /** The newer generation becomes the older one, which is forgotten, when it is full or old. */
  #turn(now: Milliseconds): void {
    if (now < this.#turnAt && this.#newer.size < maxGeneration) return
    this.#older = this.#newer
    this.#newer = new Map()
    this.#turnAt = now + memory
  }
}

/** By these libsrt knows a caller again, too: `CUDTUnited::locate` of its srtcore/api.cpp. */
function keyOf({ peer, handshake }: Call): string {
  return `${handshake.socketId} ${handshake.initialSequence} ${peer.port} ${peer.address}`
}
