import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { PackagingFixture } from '../../test/support/packaging-fixture.ts'
import { hex } from '../../test/support/protocol-faults.ts'
import { moveCue } from '../formats/mpegts/splice-info.ts'
import type { Frame } from '../media/frame.ts'
import type { DataCodec, Track } from '../media/track.ts'

/** The splice_insert of SCTE 35 §14.2, out at 0x07369c02e for 60.29 s. */
const insert = hex(
  'fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a',
)
const told = 0x07369c02e

let dvrFolder: string
beforeEach(async () => {
  dvrFolder = await mkdtemp(join(tmpdir(), 'sluice-dvr-'))
})
afterEach(() => rm(dvrFolder, { recursive: true }))

function dataFrame(codec: DataCodec, id: number, seconds: number, payload: Uint8Array): Frame {
  const facts = { id, kind: 'data', index: id - 2, codecLabel: codec, generation: 0 } as const
  const track: Track = { ...facts, codec, timescale: 90_000, config: undefined }
  return { track, dts: seconds * 90_000, pts: seconds * 90_000, isKey: true, payload }
}

function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** A stream of sixteen seconds, at the fourth of which a cue says that its programme goes out at the eighth. */
async function kept(): Promise<PackagingFixture> {
  const fixture = await PackagingFixture.listen({ dvrFolder })
  const publication = fixture.http.publish('live/test')
  for (let second = 0; second <= 16; second++) {
    fixture.play(publication, 1000)
    if (second === 3) publication.write(dataFrame('scte35', 2, 4, moveCue(insert, 8 * 90_000 - told)))
    if (second === 5) publication.write(dataFrame('id3', 3, 6, Buffer.from('ID3\x04\0\0\0\0\0\0')))
    await turn()
  }
  while (fixture.packaging.dvr.list()[0]?.segments !== 16) await turn()
  return fixture
}

/** What a playlist or a manifest says that begins so. */
function linesOf(text: string, begin: string): readonly string[] {
  return text.match(new RegExp(`${begin}[^>\\n]*`, 'g')) ?? []
}

const begins = ['#EXT-X-DATERANGE', '#EXT-X-INDEPENDENT', '#EXT-X-TARGETDURATION', '#EXT-X-MAP', '#EXTINF']

test('archived cues: what is kept tells the same as the live playlist', async () => {
  await using fixture = await kept()
  const [live, archived] = [await fixture.get('/live/test/video.m3u8'), await fixture.get('/live/test/dvr-video.m3u8')]
  for (const begin of begins) {
    const expected = linesOf(live.text, begin)
    assert.ok(expected.length > 0, begin)
    assert.deepEqual(linesOf(archived.text, begin), expected)
  }
  const [mpd, dvrMpd] = [await fixture.get('/live/test/index.mpd'), await fixture.get('/live/test/dvr.mpd')]
  assert.equal(linesOf(mpd.text, '<InbandEventStream').length, 2)
  assert.deepEqual(linesOf(dvrMpd.text, '<InbandEventStream'), linesOf(mpd.text, '<InbandEventStream'))
})

test('archived cues: are told of each time that they concern, and of no other', async () => {
  await using fixture = await kept()
  const ranges = async (query: string): Promise<number> => {
    const index = await fixture.get(`/live/test/dvr.m3u8${query}`)
    const name = /^dvr-video.*$/m.exec(index.text)?.[0] ?? assert.fail(index.text)
    return linesOf((await fixture.get(`/live/test/${name}`)).text, '#EXT-X-DATERANGE').length
  }
  assert.equal(await ranges('?offset=0&duration=3'), 0)
  // The cue came before, and is not over.
  assert.equal(await ranges('?offset=10&duration=4'), 1)
})

test('archived cues: are there after a restart, and where the index is gone', async () => {
  const before = await kept()
  const { text } = await before.get('/live/test/dvr-video.m3u8')
  await before[Symbol.asyncDispose]()
  for (const isIndexGone of [false, true]) {
    if (isIndexGone) await rm(join(dvrFolder, 'live/test/@dvr/2026-01-01T00/index'))
    await using fixture = await PackagingFixture.listen({ dvrFolder })
    await fixture.packaging.open()
    const again = await fixture.get('/live/test/dvr-video.m3u8')
    assert.deepEqual(linesOf(again.text, '#EXT-X-DATERANGE'), linesOf(text, '#EXT-X-DATERANGE'))
  }
})
