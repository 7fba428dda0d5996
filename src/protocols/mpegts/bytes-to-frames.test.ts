import assert from 'node:assert/strict'
import { test } from 'vitest'
import { publishSettingsOfAll } from '../../../test/support/path-settings.ts'
import { readTsFixture } from '../../../test/support/ts-fixture.ts'
import type { FrameTarget } from '../../contracts/frame-target.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { BytesToFrames } from './bytes-to-frames.ts'

const clip = readTsFixture('h264-aac')
const settings = publishSettingsOfAll({}).general

class Target implements FrameTarget {
  readonly continuesFrom: number | undefined
  readonly frames: Frame[] = []
  readonly tracks: Track[] = []
  encoder: string | undefined

  constructor(continuesFrom?: number) {
    this.continuesFrom = continuesFrom
  }

  declare(track: Track): void {
    this.tracks.push(track)
  }

  write(frame: Frame): void {
    this.frames.push(frame)
  }
}

function publish(target: Target, changes: Partial<typeof settings> = {}): Target {
  const frames = new BytesToFrames({ settings: { ...settings, ...changes }, openTarget: () => target })
  for (let at = 0; at < clip.length; at += 1316) frames.write(clip.subarray(at, at + 1316))
  frames.flush()
  return target
}

test('bytes to frames: tracks are declared and all frames written, the last ones with the end', () => {
  const { frames, tracks } = publish(new Target())
  assert.equal(frames.length, 70)
  assert.deepEqual(tracks.at(-1)?.codec, 'aac')
  assert.equal(frames[0]?.dts, 126_000)
})

test('bytes to frames: a publisher that comes back goes on behind what was there', () => {
  const { frames } = publish(new Target(60_000))
  assert.equal(Math.min(...frames.map(({ dts }) => dts)), 60_001 * 90)
  const of = (kind: string): number => frames.find(({ track }) => track.kind === kind)?.dts ?? 0
  assert.equal(of('audio') - of('video'), 5280)
})

test('bytes to frames: frames can be put into the order of their times', () => {
  const { frames } = publish(new Target(), { interleaveWindow: 1000 })
  const times = frames.map(({ dts }) => dts)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
  assert.equal(frames.length, 70)
})

test('bytes to frames: nothing is opened before there is media', () => {
  let opened = 0
  const frames = new BytesToFrames({
    settings,
    openTarget: () => {
      opened++
      return undefined
    },
  })
  frames.write(Buffer.alloc(5000, 7))
  assert.equal(opened, 0)
  frames.write(clip)
  frames.write(clip)
  assert.equal(opened, 1)
})
