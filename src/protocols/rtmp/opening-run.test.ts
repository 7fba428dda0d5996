import assert from 'node:assert/strict'
import { test } from 'vitest'
import { runOf } from '../../../test/support/wire-run.ts'
import { allChunkStreams, openRun } from './opening-run.ts'

const videoBit = 1 << 6
const audioBit = 1 << 4
const player = { streamId: 1, chunkSize: 128 }

function hexOf(pieces: readonly Uint8Array[]): string[] {
  return pieces.map(piece => Buffer.from(piece).toString('hex'))
}

const key = { hex: '46 000028 000002 09 1701', time: 1040 }
const sound = { hex: '44 000017 000002 08 af01', time: 1050 }
const inter = { hex: '46 000028 000002 09 2701', time: 1080 }

/** Type 0 headers by hand from RTMP 1.0 §5.3.1.2.1; the message stream id is little-endian. */
test("opening run: the first message of each unopened chunk stream gets absolute time and the player's stream", () => {
  const { pieces, unopened } = openRun(runOf([key, sound, inter]), videoBit | audioBit, player)
  assert.deepEqual(hexOf(pieces), [
    '06000410000002' + '09' + '01000000',
    '1701',
    '0400041a000002' + '08' + '01000000',
    'af01',
    '4600002800000209' + '2701',
  ])
  assert.equal(unopened, 0)
})

test('opening run: what is open is passed on as it is', () => {
  const run = runOf([key, sound, inter])
  const { pieces, unopened } = openRun(run, 0, player)
  assert.deepEqual(hexOf(pieces), [run.bytes.toString('hex')])
  assert.equal(unopened, 0)
})

test('opening run: a chunk stream that does not occur stays unopened', () => {
  const { pieces, unopened } = openRun(runOf([key, inter]), videoBit | audioBit, player)
  assert.equal(pieces.length, 3)
  assert.equal(unopened, audioBit)
})

test('opening run: a restart record gets a header of its own in the middle of shared bytes', () => {
  const { pieces } = openRun(runOf([key, { ...sound, isRestart: true }, inter]), 0, { ...player, streamId: 3 })
  assert.deepEqual(hexOf(pieces), ['46000028000002091701', '0400041a0000020803000000', 'af01', '46000028000002092701'])
})

test('opening run: a time beyond 24 bits moves into the extended timestamp', () => {
  const { pieces } = openRun(runOf([{ ...key, time: 0xffffff }]), videoBit, player)
  assert.deepEqual(hexOf(pieces), ['06ffffff000002090100000000ffffff', '1701'])
})

test('opening run: a time beyond 32 bits wraps', () => {
  const { pieces } = openRun(runOf([{ ...key, time: 2 ** 32 + 0x410 }]), videoBit, player)
  assert.equal(hexOf(pieces)[0], '060004100000020901000000')
})

test('opening run: each chunk of a long message repeats the extended timestamp', () => {
  const body = Buffer.from(Uint8Array.from({ length: 300 }, (_, i) => i & 0x7f))
  const chunks = [body.subarray(0, 128), body.subarray(128, 256), body.subarray(256)]
  const shared = ['460000280001' + '2c09', chunks.map(chunk => chunk.toString('hex')).join('c6')].join('')
  const { pieces } = openRun(runOf([{ hex: shared, time: 0x01000000 }]), videoBit, player)
  const again = 'c601000000'
  const expected = '06ffffff00012c090100000001000000' + chunks.map(chunk => chunk.toString('hex')).join(again)
  assert.equal(Buffer.concat(pieces).toString('hex'), expected)
})

test('opening run: beside other players of the connection every message gets a header of its own', () => {
  const { pieces, unopened } = openRun(runOf([key, inter]), allChunkStreams, player)
  assert.deepEqual(hexOf(pieces), ['060004100000020901000000', '1701', '060004380000020901000000', '2701'])
  assert.equal(unopened, allChunkStreams)
})

test('opening run: metadata carries time 0', () => {
  const { pieces } = openRun(
    runOf([{ hex: '45 000000 000001 12 05', time: 7000, tag: 0x105, isRestart: true }]),
    0,
    player,
  )
  assert.deepEqual(hexOf(pieces), ['050000000000011201000000', '05'])
})
