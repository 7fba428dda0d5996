import assert from 'node:assert/strict'
import { test } from 'vitest'
import { videoTrack } from '../../test/support/sample-frames.ts'
import type { ArchivedSegment, StreamArchive } from '../contracts/segments.ts'
import { ArchiveHeads } from './archive-heads.ts'
import { archiveMpd } from './dash/archive-mpd.ts'
import { archiveMedia } from './hls/archive-playlists.ts'

/** More than fit into the arguments of one call. */
const count = 130_000
const start = Date.UTC(2026, 10, 20)
const lasting = 2000

/** Three days of pictures in one period, each segment a little longer or shorter than the one before. */
function longArchive(): StreamArchive {
  const segments: readonly ArchivedSegment[] = Array.from({ length: count }, (_, i) => ({
    ...{ rendition: 'video', number: 1000 + i, period: 1, discontinuity: 0, position: i, timescale: 1000 },
    ...{ time: start + i * lasting, duration: lasting - (i % 2), frames: 50, size: 250_000, isIndependent: true },
  }))
  const nothing = async (): Promise<undefined> => undefined
  return {
    ...{ stream: 'live/test', version: 1, revision: 1, isGrowing: false, periodClock: undefined },
    span: { from: start, to: start + count * lasting },
    numbers: { first: 1000, last: 1000 + count - 1 },
    ...{ untilListed: nothing, segments: async () => segments, select: nothing },
    ...{ read: nothing, open: nothing, readInit: nothing },
  }
}

/** Knows the one period without a file. */
class KnownHeads extends ArchiveHeads {
  override async of(): Promise<{ tracks: [typeof videoTrack]; init: Uint8Array }> {
    return { tracks: [videoTrack], init: Uint8Array.of(1) }
  }
}

/** What is made, and how often others had their turn meanwhile. */
async function withTurns(make: () => Promise<string>): Promise<{ text: string; turns: number }> {
  let turns = 0
  let isOver = false
  const note = (): void => {
    turns++
    if (!isOver) setImmediate(note)
  }
  setImmediate(note)
  const text = await make()
  isOver = true
  return { text, turns }
}

const window = { from: undefined, to: undefined }

test('long archive: a playlist of three days is whole, and others have their turns while it is made', async () => {
  const options = { archive: longArchive(), heads: new KnownHeads(), window, segmentDuration: lasting }
  const { text, turns } = await withTurns(async () => {
    return (await archiveMedia('video', { ...options, isDelta: false, keyFor: undefined })).text
  })
  assert.equal(text.match(/#EXTINF/g)?.length, count)
  assert.ok(turns > 100, `${turns} turns`)
})

test('long archive: so is an MPD', async () => {
  const options = { archive: longArchive(), heads: new KnownHeads(), window, segmentDuration: lasting }
  const { text, turns } = await withTurns(() => archiveMpd({ ...options, now: start, timeUrl: '/_time' }))
  assert.equal(text.match(/<S /g)?.length, count)
  assert.ok(turns > 100, `${turns} turns`)
})
