import assert from 'node:assert/strict'
import { test } from 'vitest'
import { publishSettingsOfAll } from '../../../test/support/path-settings.ts'
import type { FrameTarget } from '../../contracts/frame-target.ts'
import type { PublishSettings } from '../../contracts/path-settings.ts'
import { EcmaArray } from '../../formats/amf/amf-value.ts'
import { encodeAmf0 } from '../../formats/amf/encode-amf0.ts'
import { tagTypes } from '../../formats/flv/tag-header.ts'
import type { Frame } from '../../media/frame.ts'
import { MessagesToFrames } from './messages-to-frames.ts'

/** Sequence header of 1920x1080 H.264, written by FFmpeg 5.1.9 with libx264. */
const avcHeader = Buffer.from(
  '17000000000142c028ffe100176742c028da01e0089f97011000003e90000ea600f1832a01000468ce0fc8',
  'hex',
)
const keyFrame = Buffer.from('1701000000000000026588', 'hex')
const interFrame = Buffer.from('2701000000000000024188', 'hex')
const aacHeader = Buffer.from('af001210', 'hex')
const sound = Buffer.from('af0121', 'hex')

function setUp(settings: Partial<PublishSettings>, continuesFrom?: number) {
  const frames: Frame[] = []
  const target: FrameTarget = {
    continuesFrom,
    encoder: undefined,
    announcesPictures: false,
    declare: () => undefined,
    write: frame => void frames.push(frame),
  }
  const toHub = new MessagesToFrames(target, publishSettingsOfAll(settings).general)
  const times = (): string[] => frames.map(({ track, dts }) => `${track.kind[0]}${dts}`)
  return { toHub, frames, times }
}

function metadata(values: Record<string, string>): Uint8Array {
  return Buffer.concat([encodeAmf0('onMetaData'), encodeAmf0(new EcmaArray(values))])
}

for (const { timestamps, asks, times } of [
  { timestamps: 'repair', asks: true, times: ['v0', 'v1'] },
  { timestamps: 'keep', asks: false, times: ['v0', 'v60000'] },
  { timestamps: 'auto', asks: true, times: ['v0', 'v60000'] },
  { timestamps: 'auto', asks: false, times: ['v0', 'v1'] },
] as const) {
  test(`to hub: times are for ${timestamps}, and the publisher asks ${asks ? '' : 'not '}to keep them`, () => {
    const { toHub, frames } = setUp({ timestamps })
    toHub.write(tagTypes.script, 0, metadata({ encoder: 'test', ...(asks && { bravo_atc: 'true' }) }))
    toHub.write(tagTypes.video, 0, avcHeader)
    toHub.write(tagTypes.video, 0, keyFrame)
    toHub.write(tagTypes.video, 60_000, interFrame)
    const video = frames.filter(({ track }) => track.kind === 'video')
    assert.deepEqual(
      video.map(({ dts }) => `v${dts}`),
      times,
    )
  })
}

test('to hub: a publisher that comes back with kept times is at its own time, else just behind the one before', () => {
  for (const { timestamps, times } of [
    { timestamps: 'keep', times: ['v80000'] },
    { timestamps: 'repair', times: ['v50001'] },
  ] as const) {
    const back = setUp({ timestamps }, 50_000)
    back.toHub.write(tagTypes.video, 80_000, avcHeader)
    back.toHub.write(tagTypes.video, 80_000, keyFrame)
    assert.deepEqual(back.times(), times)
  }
})

test('to hub: with a window, sound and picture go on in the order of their times, and nothing is left behind', () => {
  const { toHub, times } = setUp({ interleaveWindow: 500 })
  toHub.write(tagTypes.video, 0, avcHeader)
  toHub.write(tagTypes.audio, 0, aacHeader)
  for (const time of [0, 23, 46]) toHub.write(tagTypes.audio, time, sound)
  for (const time of [0, 40]) toHub.write(tagTypes.video, time, time === 0 ? keyFrame : interFrame)
  toHub.flush()
  assert.deepEqual(times(), ['a0', 'v0', 'a23', 'v40', 'a46'])
})

test('to hub: without a window frames go on as they come', () => {
  const { toHub, times } = setUp({})
  toHub.write(tagTypes.video, 0, avcHeader)
  toHub.write(tagTypes.audio, 0, aacHeader)
  toHub.write(tagTypes.audio, 23, sound)
  toHub.write(tagTypes.video, 0, keyFrame)
  assert.deepEqual(times(), ['a23', 'v0'])
})

test('to hub: the picture is described, unless nobody wants that', () => {
  for (const { parseSps, width } of [
    { parseSps: true, width: 1920 },
    { parseSps: false, width: undefined },
  ]) {
    const { toHub, frames } = setUp({ parseSps })
    toHub.write(tagTypes.video, 0, avcHeader)
    toHub.write(tagTypes.video, 0, keyFrame)
    assert.equal(frames[0]?.track.video?.width, width)
    assert.equal(frames[0]?.track.codec, 'h264')
  }
})

test('to hub: a sequence header that says nothing new is a new generation only where it is to be passed on', () => {
  for (const { reduceSequenceHeaders, generations } of [
    { reduceSequenceHeaders: true, generations: [0, 0] },
    { reduceSequenceHeaders: false, generations: [0, 1] },
  ]) {
    const { toHub, frames } = setUp({ reduceSequenceHeaders })
    for (const time of [0, 40]) {
      toHub.write(tagTypes.video, time, avcHeader)
      toHub.write(tagTypes.video, time, keyFrame)
    }
    assert.deepEqual(
      frames.map(({ track }) => track.generation),
      generations,
    )
  }
})
