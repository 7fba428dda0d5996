import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { opusHeadOfChannelCode } from './opus-channel-config.ts'
import { SoundFromPes } from './sound-from-pes.ts'
import {
  ac3Syntax,
  adtsSyntax,
  eac3Syntax,
  loasSyntax,
  mpegAudioSyntax,
  opusSyntax,
  type SoundSyntax,
} from './sound-syntax.ts'

const opusHead = opusHeadOfChannelCode(2) ?? new Uint8Array()
/** MPEG-4, LC, 44 100 Hz, stereo: ISO/IEC 14496-3 §1.A.2.2; no frame, and one of four bytes. */
const emptyAdts = 'fff1508000fffc'
const adts = 'fff15080017ffcaabbccdd'

/** The times and payloads of what is read from PES packets of these bytes, the first at 0, the others without a time. */
function read(syntax: SoundSyntax, ...packets: readonly string[]): readonly string[] {
  const reader = new SoundFromPes(syntax)
  return packets.flatMap((packet, number) =>
    reader
      .read({ pts: number === 0 ? 0 : undefined, dts: undefined, payload: hex(packet) })
      .map(({ dts, payload }) => `${dts} ${Buffer.from(payload).toString('hex')}`),
  )
}

test('sound: frames follow one another, in one packet or over several', () => {
  const expected = ['0 aabbccdd', '2090 aabbccdd', '4180 aabbccdd']
  assert.deepEqual(read(adtsSyntax, adts + adts + adts), expected)
  const all = adts.repeat(3)
  for (let cut = 2; cut < all.length; cut += 2) {
    assert.deepEqual(read(adtsSyntax, all.slice(0, cut), all.slice(cut)), expected)
  }
})

test('sound: an ADTS frame may hold several, each with a time of its own', () => {
  const two = 'fff0508002dffd 0006 1111 aabbccdd 2222 010203 3333'
  assert.deepEqual(read(adtsSyntax, two + adts), ['0 aabbccdd', '2090 010203', '4180 aabbccdd'])
})

test('sound: garbage between frames is skipped and counted', () => {
  const reader = new SoundFromPes(adtsSyntax)
  const payload = hex(`0102 ${adts} fffe0304 ${adts}`)
  assert.equal(reader.read({ pts: 0, dts: undefined, payload }).length, 2)
  assert.ok(reader.unreadable > 0)
})

for (const [name, syntax, frame, count] of [
  ['Opus', opusSyntax(opusHead), '7fe001fc', 4096],
  ['ADTS, empty', adtsSyntax, emptyAdts, 0],
] as const) {
  test(`sound: more frames of ${name} than any encoder packs are left out`, () => {
    const reader = new SoundFromPes(syntax)
    const payload = Buffer.alloc((frame.length / 2) * 6000, hex(frame))
    assert.equal(reader.read({ pts: 0, dts: undefined, payload }).length, count)
    assert.equal(reader.unreadable, 1)
    const next = reader.read({ pts: 90_000, dts: undefined, payload: payload.subarray(0, frame.length * 5) })
    assert.equal(next.length, count === 0 ? 0 : 10)
    assert.equal(reader.unreadable, 1)
  })
}

for (const [name, create, valid] of [
  ['ADTS', () => adtsSyntax, adts],
  ['LOAS', loasSyntax, '56e00520001190 08'],
  ['MPEG audio', () => mpegAudioSyntax, 'fffb9404'],
  ['AC-3', () => ac3Syntax, '0b77000014404300'],
  ['E-AC-3', () => eac3Syntax, '0b770040347f00'],
  ['Opus', () => opusSyntax(opusHead), '7fe003fcaabb'],
] as const) {
  test(`sound: any ${name} is frames or counted`, () => {
    fuzzDecoder(3, [hex(valid)], payload => {
      const reader = new SoundFromPes(create())
      for (const pts of [0, undefined]) reader.read({ pts, dts: undefined, payload })
    })
  })
}
