import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import { encodeControlPacket } from '../../src/protocols/srt/control-packet.ts'
import { decodeHandshake, encodeHandshake } from '../../src/protocols/srt/handshake.ts'
import { encodeText, extensionTypes } from '../../src/protocols/srt/handshake-extension.ts'
import { headerSize, writeWord } from '../../src/protocols/srt/packet.ts'
import { connectionEnd } from '../support/attack-traces.ts'
import { AttackedSrtServer } from '../support/attacked-srt-server.ts'
import { seededRandom } from '../support/seeded-bytes.ts'
import { logLines } from '../support/server-facts.ts'
import { readSrtCapture } from '../support/srt-capture.ts'
import { answerOf, type SrtClient } from '../support/srt-client.ts'

const passphrase = 'correct-horse'
const captures = ['publish', 'publish-aes256'] as const

let server: AttackedSrtServer
beforeAll(async () => {
  server = await AttackedSrtServer.start(passphrase, '--srt-passphrase', passphrase, '--srt-encryption', 'optional')
})
afterAll(() => server[Symbol.asyncDispose]())

/** The conclusion that FFmpeg has sent, with our cookie, for a caller and a stream of their own. */
function conclusionOf(packet: Uint8Array, cookie: number, seed: number): Uint8Array {
  const handshake = decodeHandshake(packet.subarray(headerSize))
  const extensions = handshake.extensions.map(extension =>
    extension.type === extensionTypes.SRT_CMD_SID
      ? { ...extension, content: encodeText(`publish:fuzz/${seed}`) }
      : extension,
  )
  return encodeControlPacket(
    { type: 'handshake', body: encodeHandshake({ ...handshake, socketId: seed + 1, cookie, extensions }) },
    0,
    0,
  )
}

class Mutator {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  /** Leave out, repeat and exchange some, and change what is in others. */
  session(packets: readonly Uint8Array[]): readonly Uint8Array[] {
    const changed = packets.flatMap(packet => {
      const kind = this.#below(20)
      if (kind === 0) return []
      if (kind === 1) return Array.from({ length: this.#below(30) }, () => packet)
      return [kind < 12 ? this.packet(packet) : packet]
    })
    if (this.#below(3) === 0) changed.push(...changed.splice(0, this.#below(changed.length)))
    return changed
  }

  /** Change a few bytes, most often of the head, and perhaps the size. */
  packet(packet: Uint8Array): Uint8Array {
    const copy = Uint8Array.from(packet)
    for (let changes = this.#below(5); changes > 0; changes--) {
      copy[this.#below(this.#below(4) === 0 ? copy.length : Math.min(copy.length, 80))] = this.#below(256)
    }
    if (this.#below(8) > 0) return copy
    return this.#below(2) === 0
      ? copy.subarray(0, this.#below(copy.length))
      : Buffer.concat([copy, copy]).subarray(0, 1472)
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }
}

/** Hold a session that somebody has mutated, and leave. Returns the code by which the server says how it has ended. */
async function hold(client: SrtClient, seed: number): Promise<string> {
  const mutator = new Mutator(seed)
  const [, conclusion, ...others] = readSrtCapture(captures[seed % 2] ?? 'publish')
    .filter(({ from }) => from === 'caller')
    .map(({ bytes }) => bytes)
  client.send(conclusionOf(conclusion ?? assert.fail(), await client.cookie(), seed))
  const { socketId } = await client.until(answerOf)
  client.peerSocketId = socketId
  const packets = mutator.session(others).map(packet => {
    const copy = Uint8Array.from(packet)
    if (copy.length >= headerSize) writeWord(copy, 12, socketId)
    return copy
  })
  client.send(...packets)
  await client.seen()
  client.shutdown()
  return server.endOf(client)
}

test('hostile captured SRT sessions: whatever FFmpeg might have said instead, the session ends with a known code', async () => {
  const codes = new Map<string, number>()
  for (let seed = 0; seed < 400; seed++) {
    await using client = await server.open()
    const code = await hold(client, seed)
    codes.set(code, (codes.get(code) ?? 0) + 1)
  }
  for (const code of codes.keys()) assert.ok(['SRT_CLOSED', 'SRT_PROTOCOL_ERROR'].includes(code), code)
})

test('hostile captured SRT sessions: whatever FFmpeg might have said when it called, it is let in, refused or not heard', async () => {
  await using client = await server.open()
  const cookie = await client.cookie()
  for (let seed = 0; seed < 200; seed++) {
    const packet = readSrtCapture(captures[seed % 2] ?? 'publish')[2]?.bytes ?? assert.fail()
    const whole = conclusionOf(packet, cookie, 1000 + seed)
    client.send(new Mutator(seed).packet(whole))
    await client.seen()
  }
  const answers = client.packets.flatMap(packet => answerOf(packet)?.type ?? [])
  const accepted = answers.filter(type => type === 0xffff_ffff).length
  assert.ok(accepted > 20 && answers.length - accepted > 20, `${answers.length} answers, ${accepted} accepted`)
  const ends = logLines(server.process).filter(({ msg }) => connectionEnd.test(msg))
  const known = [
    'SRT_CLOSED',
    'SRT_PROTOCOL_ERROR',
    'SRT_REFUSED',
    'SRT_PUBLISH_REFUSED',
    'SRT_PLAY_REFUSED',
    'SRT_TIMEOUT',
  ]
  assert.deepEqual(
    ends.map(({ code }) => code).filter(code => !known.includes(code)),
    [],
  )
})

test('hostile captured SRT sessions: nobody else noticed', () => server.assertUnharmed())
