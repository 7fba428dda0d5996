import { ProtocolError } from '../../core/errors.ts'
import { digestIn, findDigest, imprintDigest, packetSize, signAnswer } from './handshake-digest.ts'

/** Bytes that nobody can guess, as many as asked for. */
export type RandomBytes = (size: number) => Uint8Array

const version = 3
/** In S1 and C1: any non-zero version tells the peer that the packet is signed. */
const signedVersion = [4, 5, 0, 1] as const

/** What one side of the handshake makes of the bytes it gets. */
export type HandshakeStep = {
  /** Bytes of the input that belong to the handshake. */
  readonly consumed: number
  /** Bytes for the peer. */
  readonly reply: Uint8Array | undefined
}

/**
 * The server's side: C0 and C1 come in, S0, S1 and S2 go out, C2 comes in. What C2 says is not checked, as no server
 * does, and several encoders send zeros.
 *
 * @see RTMP 1.0 §5.2; for peers that sign their packets see `findDigest`
 */
export class ServerHandshake {
  readonly #random: RandomBytes
  readonly #firstPacket = new PacketCollector(1 + packetSize)
  #secondMissing = packetSize

  constructor(random: RandomBytes) {
    this.#random = random
  }

  get isDone(): boolean {
    return this.#firstPacket.isComplete && this.#secondMissing === 0
  }

  /**
   * Take the next bytes of the connection, up to the end of the handshake.
   *
   * @throws {ProtocolError} If the peer speaks another version, such as encrypted RTMPE (6).
   */
  receive(bytes: Uint8Array): HandshakeStep {
    let consumed = 0
    let reply: Uint8Array | undefined
    if (!this.#firstPacket.isComplete) {
      expectVersion(this.#firstPacket.first ?? bytes[0])
      consumed = this.#firstPacket.append(bytes)
      if (this.#firstPacket.isComplete) reply = answerClient(this.#firstPacket.bytes.subarray(1), this.#random)
    }
    if (this.#firstPacket.isComplete) {
      const second = Math.min(this.#secondMissing, bytes.length - consumed)
      this.#secondMissing -= second
      consumed += second
    }
    return { consumed, reply }
  }
}

/**
 * The client's side: `opening` goes out, S0, S1 and S2 come in, C2 goes out. Servers that sign get a signed C2.
 *
 * @see RTMP 1.0 §5.2
 */
export class ClientHandshake {
  /** C0 and C1, for the server. */
  readonly opening: Uint8Array
  readonly #random: RandomBytes
  readonly #packets = new PacketCollector(1 + 2 * packetSize)

  constructor(random: RandomBytes) {
    this.#random = random
    const packet = signedPacket(random)
    imprintDigest(packet, 8, 'client')
    this.opening = Buffer.concat([Uint8Array.of(version), packet])
  }

  get isDone(): boolean {
    return this.#packets.isComplete
  }

  /**
   * Take the next bytes of the connection, up to the end of the handshake.
   *
   * @throws {ProtocolError} If the peer speaks another version.
   */
  receive(bytes: Uint8Array): HandshakeStep {
    if (this.isDone) return { consumed: 0, reply: undefined }
    expectVersion(this.#packets.first ?? bytes[0])
    const consumed = this.#packets.append(bytes)
    if (!this.isDone) return { consumed, reply: undefined }
    const first = this.#packets.bytes.subarray(1, 1 + packetSize)
    const block = findDigest(first, 'server')
    if (block === undefined) return { consumed, reply: first }
    const reply = Uint8Array.from(this.#random(packetSize))
    signAnswer(reply, digestIn(first, block), 'client')
    return { consumed, reply }
  }
}

/** S0, S1 and S2. Peers that do not sign get their own packet back, which is what they compare with (librtmp). */
function answerClient(client: Uint8Array, random: RandomBytes): Uint8Array {
  const block = findDigest(client, 'client')
  const first = signedPacket(random)
  if (block === undefined) {
    first.fill(0, 0, 8)
    return Buffer.concat([Uint8Array.of(version), first, client])
  }
  imprintDigest(first, block, 'server')
  const second = Uint8Array.from(random(packetSize))
  signAnswer(second, digestIn(client, block), 'server')
  return Buffer.concat([Uint8Array.of(version), first, second])
}

/** A packet with the time 0, which the specification allows, and room for a digest. */
function signedPacket(random: RandomBytes): Uint8Array {
  const packet = Uint8Array.from(random(packetSize))
  packet.fill(0, 0, 4)
  packet.set(signedVersion, 4)
  return packet
}

function expectVersion(byte: number | undefined): void {
  if (byte === undefined || byte === version) return
  throw new ProtocolError('rtmp', 'unsupported', `Cannot answer RTMP handshake: the version must be 3, is ${byte}`)
}

/** Collects a known number of bytes. */
class PacketCollector {
  readonly bytes: Uint8Array
  #length = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
  }

  get isComplete(): boolean {
    return this.#length === this.bytes.length
  }

  get first(): number | undefined {
    return this.#length === 0 ? undefined : this.bytes[0]
  }

  /** Returns how many bytes were needed. */
  append(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.bytes.length - this.#length)
    this.bytes.set(bytes.subarray(0, taken), this.#length)
    this.#length += taken
    return taken
  }
}
