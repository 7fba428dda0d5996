import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hex } from '../../../test/support/protocol-faults.ts'
import { createDemuxer, demux, readTsFixture, type TsFixtureName } from '../../../test/support/ts-fixture.ts'
import type { Frame } from '../../media/frame.ts'
import { keptTimes } from '../../media/timeline.ts'
import type { Track } from '../../media/track.ts'
import { decodeDelay } from './program-clock.ts'
import { moveCue } from './splice-info.ts'
import { type PacketOutput, TsMuxer } from './ts-muxer.ts'

type Clip = { readonly tracks: readonly Track[]; readonly frames: readonly Frame[] }

class Packets implements PacketOutput {
  bytes = new Uint8Array()
  readonly blocks: Uint8Array[] = []

  reserve(size: number): number {
    this.bytes = new Uint8Array(size)
    return 0
  }

  commit(): void {
    this.blocks.push(this.bytes)
  }
}

function mux({ frames, tracks }: Clip, audioPacking = 5400): Buffer {
  const out = new Packets()
  const muxer = new TsMuxer(out, { audioPacking, origin: 0 })
  for (const frame of frames) {
    muxer.write({ frame, isJoinPoint: frame.isKey && frame.track.kind === 'video', tracks })
  }
  muxer.flush()
  return Buffer.concat(out.blocks)
}

const gistOf = ({ dts, pts, isKey, payload }: Frame): unknown => [dts, pts, isKey, Buffer.from(payload).toString('hex')]
const framesOf = (frames: readonly Frame[], id: number): readonly Frame[] =>
  frames.filter(({ track }) => track.id === id)

/** Every track comes back with the frames that went in, half a second later. */
function assertComesBack(clip: Clip, audioPacking?: number): void {
  const { demuxer, frames } = demux(mux(clip, audioPacking), 1316, createDemuxer(keptTimes))
  assert.deepEqual(
    demuxer.tracks.map(({ codec, language, config }) => [codec, language, config]),
    clip.tracks.map(({ codec, language, config }) => [codec, language, config]),
  )
  for (const { id } of clip.tracks) {
    const later = framesOf(clip.frames, id).map(frame => {
      return { ...frame, dts: frame.dts + decodeDelay, pts: frame.pts + decodeDelay }
    })
    assert.deepEqual(framesOf(frames, id).map(gistOf), later.map(gistOf))
  }
  assert.equal(demuxer.faults.continuityErrors + demuxer.faults.damagedUnits + demuxer.faults.skippedBytes, 0)
}

const names = ['h264-aac', 'h265', 'av1-gstreamer', 'latm', 'mp3', 'mp2', 'ac3', 'eac3', 'opus'] as const
for (const name of names satisfies readonly TsFixtureName[]) {
  for (const audioPacking of [0, 5400]) {
    test(`ts round trip: ${name}, ${audioPacking / 90} ms of sound in a PES packet`, () => {
      const { demuxer, frames } = demux(readTsFixture(name))
      assertComesBack({ tracks: demuxer.tracks, frames }, audioPacking)
    })
  }
}

/** SCTE 35 §14.1: time_signal. */
const cue =
  'fc3034000000000000fffff00506fe72bd0050001e021c435545494800008e7fcf0001a599b00808000000002ca0a18a3402009ac9d17e'

/** The clip from `start` on, its sound in two languages, and data beside it. */
function contribution(start: number): Clip {
  const { demuxer, frames } = demux(readTsFixture('h264-aac'))
  const [video, audio] = demuxer.tracks as readonly [Track, Track]
  const french = { ...audio, id: 2, index: 1, language: 'fra' }
  const data = (id: number, codec: 'klv' | 'id3'): Track => {
    return { ...audio, id, kind: 'data', index: id - 3, codec, codecLabel: codec, config: undefined }
  }
  const tracks = [video, { ...audio, language: 'deu' }, french, data(3, 'klv'), data(4, 'id3')]
  const dataFrame = (track: number, dts: number, payload: string): Frame => {
    return { track: tracks[track] ?? video, dts, pts: dts, isKey: true, payload: hex(payload) }
  }
  const all = frames.flatMap(frame => {
    const { kind } = frame.track
    const copies = kind === 'audio' ? [tracks[1] ?? audio, french] : [tracks[0] ?? video]
    return copies.map(track => ({ ...frame, track, dts: frame.dts + start, pts: frame.pts + start }))
  })
  const from = start + 126_000
  const beside = [
    dataFrame(3, from + 9000, '060e2b34020b01010e0103010100000002ab00'),
    dataFrame(4, from + 18_000, '4944330400000000000f5449543200000005000003' + '6c697665'),
  ]
  return { tracks, frames: [...all, ...beside].toSorted((a, b) => a.dts - b.dts) }
}

test('ts round trip: two languages, and data beside them', () => assertComesBack(contribution(0)))

test('ts round trip: through the wrap of the clock, as 26.5 hours after its start', () => {
  assertComesBack(contribution(2 ** 33 - 180_000))
})

test('ts round trip: the moments of cues move with the pictures', () => {
  const { tracks, frames } = contribution(0)
  const cues: Track = { ...(tracks[3] as Track), id: 5, index: 2, codec: 'scte35', codecLabel: 'SCTE-35' }
  const at = frames.findIndex(({ dts }) => dts > 170_000)
  const cueFrame = { track: cues, dts: 170_000, pts: 170_000, isKey: true, payload: hex(cue) }
  const clip = { tracks: [...tracks, cues], frames: frames.toSpliced(at, 0, cueFrame) }
  const [received] = framesOf(demux(mux(clip), 1316, createDemuxer(keptTimes)).frames, 5)
  assert.deepEqual(moveCue(received?.payload ?? new Uint8Array(), -decodeDelay), hex(cue))
})
