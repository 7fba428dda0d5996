import assert from 'node:assert/strict'
import { test } from 'vitest'
import { TsToFrames, tsClock } from '../src/formats/mpegts/ts-to-frames.ts'
import { keptTimes, Timeline } from '../src/media/timeline.ts'
import { FrameChecker } from './frame-checker.ts'
import { monotonicNs } from './marks.ts'
import { makeAudio, makeVideo } from './synthetic-media.ts'
import { TS_PAYLOAD_SIZE, TsPayloads } from './ts-payloads.ts'

test('TS payloads: frames come out of them as they went in', () => {
  const payloads: Buffer[] = []
  const out = new TsPayloads(payload => payloads.push(Buffer.from(payload)))
  for (let sequence = 0; sequence < 20; sequence++) {
    const [seconds, isKey] = [sequence / 25, sequence % 10 === 0]
    const body = makeVideo({ stream: 3, sequence, size: isKey ? 9000 : 2000 }, isKey)
    out.write({ kind: 'video', seconds, isKey, body })
    out.write({ kind: 'audio', seconds, isKey: true, body: makeAudio({ stream: 3, sequence, size: 300 }) })
  }
  out.flush()
  assert.ok(payloads.slice(0, -1).every(({ length }) => length === TS_PAYLOAD_SIZE))

  const demuxer = new TsToFrames(new Timeline(keptTimes, tsClock))
  const frames = [...payloads.flatMap(payload => demuxer.push(payload)), ...demuxer.flush()]
  for (const kind of ['video', 'audio'] as const) {
    const checker = new FrameChecker(kind, 3)
    for (const { payload } of frames.filter(({ track }) => track.kind === kind)) {
      checker.check(Buffer.from(payload), monotonicNs())
    }
    assert.deepEqual(
      { ...checker.counts },
      { received: 20, lost: 0, duplicated: 0, reordered: 0, corrupted: 0, unmarked: 0 },
    )
  }
})
