import assert from 'node:assert/strict'
import { test } from 'vitest'
import { matroskaElements } from '../../test/support/matroska-elements.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Frame } from '../media/frame.ts'
import { mkvFormat } from './mkv-recording.ts'
import { Timeline } from './timeline.ts'

const tracks = [videoTrack, audioTrack]
const place = (frame: Frame): PlacedFrame => ({ frame, time: Number(frame.dts), isJoinPoint: frame.isKey, tracks })

test('mkv recording: begins with its head, at time 0, and ends with an index', () => {
  const timeline = new Timeline(5000)
  const muxer = mkvFormat.open({ tracks, timeline })
  const batches = [
    [videoFrame(5000, true), audioFrame(5010)].map(place),
    [videoFrame(5500, false), videoFrame(6000, true)].map(place),
  ]
  for (const placed of batches.flat()) timeline.note(placed)
  const edits = [...batches.map(batch => muxer.write(batch)), muxer.finish()]
  const file = Buffer.concat(edits.map(({ append }) => append))
  const timestamps = matroskaElements(file).filter(({ id }) => id === 'e7')
  assert.deepEqual(
    timestamps.map(({ data }) => data.toString('hex')),
    ['00', '03e8'],
  )
  const cues = matroskaElements(file).filter(({ id }) => id === '1c53bb6b')
  assert.equal(cues.length, 1)
  // CueTime 0 and 1000.
  assert.match(cues[0]?.data.toString('hex') ?? '', /b38100.*b38203e8/)
})

test('mkv recording: a track that is new or has changed needs another file', () => {
  const muxer = mkvFormat.open({ tracks, timeline: new Timeline(0) })
  assert.equal(muxer.accepts({ ...videoTrack, generation: 1 }), false)
})
