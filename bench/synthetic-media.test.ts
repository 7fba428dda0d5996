import assert from 'node:assert/strict'
import { test } from 'vitest'
import { AUDIO_FRAME_SAMPLES, AUDIO_RATE, makeAudio, makeVideo, planFrames, videoHeader } from './synthetic-media.ts'

test('synthetic media: frame sizes add up to the bitrate', () => {
  for (const kbps of [500, 600, 1000, 4000]) {
    const plan = planFrames({ kbps, audioKbps: 128, fps: 25, gopSeconds: 2 })
    const video = (plan.keySize + plan.interSize * (plan.gopFrames - 1)) / 2
    const audio = (plan.audioSize * AUDIO_RATE) / AUDIO_FRAME_SAMPLES
    const actual = ((video + audio) * 8) / 1000
    assert.ok(Math.abs(actual - kbps) < kbps * 0.01, `${actual} kbit/s instead of ${kbps}`)
  }
})

test('synthetic media: a video frame is whole NAL units, a SEI and a slice', () => {
  for (const isKey of [true, false]) {
    const body = makeVideo({ stream: 0, sequence: 9, size: 1000 }, isKey)
    const types: number[] = []
    let offset = 5
    while (offset < body.length) {
      types.push(body.readUInt8(offset + 4) & 0x1f)
      offset += 4 + body.readUInt32BE(offset)
    }
    assert.equal(offset, body.length)
    assert.deepEqual(types, [6, isKey ? 5 : 1])
    assert.equal(body.readUInt8(0), isKey ? 0x17 : 0x27)
  }
})

test('synthetic media: no payload holds a start code or anything to escape', () => {
  for (let sequence = 0; sequence < 50; sequence++) {
    const body = makeVideo({ stream: 1, sequence, size: 3000 }, false)
    const units = body.subarray(5 + 4 + 3)
    assert.equal(units.subarray(80).indexOf(Buffer.from([0, 0])), -1)
  }
})

test('synthetic media: audio opens with the raw AAC tag', () => {
  assert.equal(makeAudio({ stream: 0, sequence: 0, size: 371 }).readUInt16BE(), 0xaf01)
})

/** Bits of the SPS, by hand: ITU-T H.264 §7.3.2.1.1. */
test('synthetic media: the SPS says 1280x720', () => {
  const sps = '6742c01fda014016e4'
  assert.ok(videoHeader().toString('hex').includes(`e10009${sps}`))
  const bits = [...Buffer.from(sps.slice(8), 'hex')].map(byte => byte.toString(2).padStart(8, '0')).join('')
  // id 0, frame num 0, poc type 2, 1 reference, no gaps, width 80 mb, height 45 mb, frames, direct, no crop, no vui, stop
  assert.equal(
    bits,
    '1' + '1' + '011' + '010' + '0' + '0000001010000' + '00000101101' + '1' + '1' + '0' + '0' + '1' + '00',
  )
})
