import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { decodePes, type PesHeader, pesHeaderSize, writePesHeader } from './pes-header.ts'

/** Worked out by hand from ISO/IEC 13818-1 §2.4.3.6. The times of the first are those of FFmpeg 7.1's first picture. */
const vectors: { name: string; wire: string; header: PesHeader }[] = [
  {
    name: 'picture with both times',
    wire: '000001e0 000f 84c00a 31000910a1 110007d861',
    header: { streamId: 0xe0, pts: 133_200, dts: 126_000, payloadSize: 2 },
  },
  {
    name: 'sound with one time',
    wire: '000001c0 0009 848005 210007d861',
    header: { streamId: 0xc0, pts: 126_000, dts: 126_000, payloadSize: 1 },
  },
  {
    name: 'last tick',
    wire: '000001c0 0009 848005 2fffffffff',
    header: { streamId: 0xc0, pts: 2 ** 33 - 1, dts: 2 ** 33 - 1, payloadSize: 1 },
  },
  {
    name: 'presentation behind the wrap',
    wire: '000001e0 000e 84c00a 3100010001 1fffffffff',
    header: { streamId: 0xe0, pts: 2 ** 33, dts: 2 ** 33 - 1, payloadSize: 1 },
  },
  {
    name: 'longest that the length can say',
    wire: '000001e0 ffff 848005 2100010001',
    header: { streamId: 0xe0, pts: 0, dts: 0, payloadSize: 0xffff - 8 },
  },
  {
    name: 'longer',
    wire: '000001e0 0000 848005 2100010001',
    header: { streamId: 0xe0, pts: 0, dts: 0, payloadSize: 0xffff - 7 },
  },
]

for (const { name, wire, header } of vectors) {
  test(`PES header: ${name}`, () => {
    const bytes = new Uint8Array(pesHeaderSize(header))
    writePesHeader(bytes, 0, header)
    assert.equal(Buffer.from(bytes).toString('hex'), wire.replaceAll(' ', ''))
  })
}

test('PES header: is decoded with the times that it tells', () => {
  for (const { wire, header } of vectors) {
    const { pts, dts = pts, payload } = decodePes(hex(`${wire} aabb`))
    assert.deepEqual([pts, dts], [header.pts % 2 ** 33, header.dts % 2 ** 33])
    assert.deepEqual(payload, hex('aabb'))
  }
})

/** Worked out by hand: no times; an ESCR and stuffing behind a PTS. */
for (const [name, wire, pts] of [
  ['without times', '000001bd 0005 800000 aabb', undefined],
  ['with fields behind its time', '000001e0 0000 84a00d 2100010001 04000401 0401ffff aabb', 0],
] as const) {
  test(`PES header: ${name}`, () =>
    assert.deepEqual(decodePes(hex(wire)), { pts, dts: undefined, payload: hex('aabb') }))
}

test('PES header: any bytes are a packet or the peer’s fault', () => {
  fuzzDecoder(
    6,
    vectors.map(({ wire }) => hex(`${wire} aabb`)),
    decodePes,
  )
})
