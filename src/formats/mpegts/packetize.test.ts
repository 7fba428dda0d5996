import assert from 'node:assert/strict'
import { test } from 'vitest'
import { noAdaptation } from './adaptation-field.ts'
import { countPackets, writeAdaptationPacket, writePackets } from './packetize.ts'

/** The packets of a payload of `size` times 0xaa, each as `head…tail`, with what stands before the payload in between. */
function cut(size: number, adaptation = noAdaptation): readonly string[] {
  const count = countPackets(size, adaptation)
  const bytes = Buffer.alloc(count * 188)
  const payload = new Uint8Array(size).fill(0xaa)
  const written = writePackets(bytes, 0, { pid: 0x101, continuityCounter: 15, adaptation, payload })
  assert.equal(written, count)
  const packets = Array.from({ length: count }, (_, number) => bytes.subarray(188 * number, 188 * (number + 1)))
  assert.equal(packets.flatMap(packet => [...packet]).filter(byte => byte === 0xaa).length, size)
  return packets.map(packet =>
    packet
      .toString('hex')
      .replace(/(ff)+(?=a|$)/, '…')
      .replace(/(aa)+$/, ' aa'),
  )
}

/** Worked out by hand from ISO/IEC 13818-1 §2.4.3.2. */
const vectors: { size: number; packets: readonly string[] }[] = [
  { size: 184, packets: ['4741011f aa'] },
  { size: 183, packets: ['4741013f00 aa'] },
  { size: 182, packets: ['4741013f0100 aa'] },
  { size: 1, packets: ['4741013fb600… aa'] },
  { size: 185, packets: ['4741011f aa', '47010130b600… aa'] },
  { size: 368, packets: ['4741011f aa', '47010110 aa'] },
]

for (const { size, packets } of vectors) {
  test(`packets: payload of ${size} bytes`, () => assert.deepEqual(cut(size), packets))
}

test('packets: the first one carries clock and key flag', () => {
  const adaptation = { discontinuity: false, randomAccess: true, pcr: 0 }
  assert.deepEqual(cut(176, adaptation), ['4741013f0750000000007e00 aa'])
  assert.deepEqual(cut(177, adaptation), ['4741013f0750000000007e00 aa', '47010130b600… aa'])
  assert.deepEqual(cut(174, adaptation), ['4741013f0950000000007e00… aa'])
})

test('packets: a clock alone', () => {
  const bytes = Buffer.alloc(188)
  writeAdaptationPacket(bytes, 0, 0x100, -1, { discontinuity: false, randomAccess: false, pcr: 0 })
  assert.equal(bytes.toString('hex'), '4701002fb710000000007e00'.padEnd(376, 'f'))
})
