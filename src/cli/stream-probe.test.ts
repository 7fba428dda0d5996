import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { FlvTag } from '../formats/flv/flv-file-reader.ts'
import { formatProbeReport } from './probe-report.ts'
import { StreamProbe } from './stream-probe.ts'

/** The sequence header that FFmpeg 7.1 (libx264) writes for 320x240 at 25 frames per second. */
const avcConfig = Buffer.from(
  '17000000000164000dffe100196764000dacd94141fb011000000300100000030320f1429960' + '01000468ef8fcbfdf8f800',
  'hex',
)

function picture(timestamp: number, isKey: boolean): FlvTag {
  return { type: 9, timestamp, body: Uint8Array.of(isKey ? 0x17 : 0x27, 1, 0, 0, 0, ...new Uint8Array(1000)) }
}

function sound(timestamp: number): FlvTag {
  return { type: 8, timestamp, body: Uint8Array.of(0xaf, 1, ...new Uint8Array(100)) }
}

/** Five seconds of 25 pictures and sounds per second with a key frame each second, that arrive late by `lateness`. */
function probed(lateness: (timestamp: number) => number, soundBehind = 0): StreamProbe {
  const probe = new StreamProbe()
  probe.add({ type: 9, timestamp: 0, body: avcConfig }, 0)
  probe.add({ type: 8, timestamp: 0, body: Buffer.from('af001210', 'hex') }, 0)
  for (let at = 0; at <= 5000; at += 40) {
    probe.add(picture(at, at % 1000 === 0), at + lateness(at))
    if (at >= soundBehind) probe.add(sound(at - soundBehind), at + lateness(at))
  }
  return probe
}

test('probe: rates, GOP and codec facts are those of the stream', () => {
  const [video, audio] = probed(() => 0).report().tracks
  assert.deepEqual(
    [video?.kind, video?.codec, video?.width, video?.height, video?.frames, video?.frameRate, video?.bitrate],
    ['video', 'H.264', 320, 240, 126, 25, 200_000],
  )
  assert.deepEqual(video?.gop, { averageMs: 1000, longestMs: 1000, averageFrames: 25 })
  assert.equal(video?.jitterMs, 0)
  assert.deepEqual([audio?.codec, audio?.sampleRate, audio?.channels, audio?.bitrate], ['AAC', 44_100, 2, 20_000])
})

test('probe: jitter is the mean deviation, without the burst of the beginning', () => {
  const burst = probed(at => (at < 900 ? -at : 0))
  assert.equal(burst.report().tracks[0]?.jitterMs, 0)
  const unsteady = probed(at => ((at / 40) % 2) * 10)
  assert.equal(unsteady.report().tracks[0]?.jitterMs, 10)
})

test('probe: sound that arrives late is told', () => {
  assert.equal(probed(() => 0, 200).report().audioDelayMs, 240)
  assert.match(formatProbeReport(probed(() => 0, 200).report()), /sound arrives 240 ms after the picture/)
})

test('probe: the text has a paragraph per track', () => {
  assert.match(
    formatProbeReport(probed(() => 0).report()),
    /^video 0: H\.264 \(avc1\.64000d\) 320x240\n {2}frames: +126\n {2}bitrate: +200 kbit\/s\n.*audio 1: AAC/s,
  )
})

test('probe: nothing measured is nothing told', () => {
  assert.deepEqual(new StreamProbe().report(), { tracks: [] })
})
