import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import { pesTimes, tsPackets } from '../../test/support/ts-packets.ts'
import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Frame } from '../media/frame.ts'
import { Timeline } from './timeline.ts'
import { tsFormat } from './ts-recording.ts'

const tracks = [videoTrack, audioTrack]
const place = (frame: Frame): PlacedFrame => ({ frame, time: Number(frame.dts), isJoinPoint: false, tracks })
/** One NAL unit of six bytes. */
const picture = (dts: number): Frame => ({ ...videoFrame(dts, true), payload: Uint8Array.of(0, 0, 0, 2, 0x65, 0x88) })

test('ts recording: begins at 0 and keeps back less sound than a tenth of a second', () => {
  const timeline = new Timeline(5000)
  const muxer = tsFormat.open({ tracks, timeline })
  const first = tsPackets(muxer.write([picture(5000), audioFrame(5000), picture(5040)].map(place)).append)
  assert.deepEqual(
    first.map(({ pcr }) => pcr).filter(pcr => pcr !== undefined),
    [0, 3600],
  )
  assert.deepEqual(pesTimes(first, 0x101), [])
  const { append, patches } = muxer.finish()
  assert.equal(pesTimes(tsPackets(append), 0x101).length, 1)
  assert.deepEqual(patches, [])
})

test('ts recording: goes on with every track', () => {
  const muxer = tsFormat.open({ tracks, timeline: new Timeline(0) })
  assert.equal(muxer.accepts({ ...videoTrack, generation: 1 }), true)
})

test('ts recording: a batch may be of any size', () => {
  const muxer = tsFormat.open({ tracks, timeline: new Timeline(0) })
  const frames = Array.from({ length: 50 }, (_, number) => {
    const payload = new Uint8Array(100_004).fill(1)
    new DataView(payload.buffer).setUint32(0, 100_000)
    return { ...videoFrame(40 * number, number === 0), payload }
  })
  const packets = tsPackets(muxer.write(frames.map(place)).append)
  assert.equal(pesTimes(packets, 0x100).length, 50)
})
