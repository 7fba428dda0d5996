import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { framesOf, publishFile } from '../support/ffmpeg-peers.ts'
import type { ListedFrame } from '../support/frame-list.ts'
import { type KeptStream, untilKept } from '../support/kept-stream.ts'
import { duration, startTime } from '../support/media-facts.ts'
import { parseMp4 } from '../support/mp4-file.ts'
import { PlayerPage, startPlayerBrowser } from '../support/player-page.ts'
import { pollUntil } from '../support/polling.ts'
import { ServerProcess } from '../support/server-process.ts'

/** What is kept of a clip that was published twice, with a gap in between. */
let server: ServerProcess
let browser: Browser
let folder: string
let kept: KeptStream

/** When the first picture was sent, as playlists tell it. */
let pictures: number

const seconds = 7

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-clip-'))
  browser = await startPlayerBrowser()
  server = await ServerProcess.start('--dvr-all', '--dvr-dir', folder, '--hub-resume-timeout', '300ms')
  for (const times of [1, 2]) {
    await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('clip.flv'), seconds)
    await publisher.untilDone()
    kept = await untilKept(server, ({ active, gaps }) => !active && gaps.length === times - 1)
    await pollUntil('a gap', async () => (Date.now() > kept.to + 1000 ? true : undefined))
  }
  const list = await (await fetch(server.httpUrl('/live/test/dvr-video.m3u8'))).text()
  pictures = Date.parse(/PROGRAM-DATE-TIME:(.*)/.exec(list)?.[1] ?? '')
}, 60_000)
afterAll(async () => {
  await browser.close()
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** A clip of so many milliseconds, from so many behind the first picture on. */
function clipUrl(from: number, span: number): string {
  const time = new Date(pictures + from).toISOString()
  return server.httpUrl(`/live/test/clip.mp4?from=${time}&duration=${span / 1000}`)
}

async function download(url: string): Promise<{ readonly path: string; readonly bytes: Buffer }> {
  const response = await fetch(url)
  const bytes = Buffer.from(await response.arrayBuffer())
  assert.equal(response.status, 200, bytes.toString().slice(0, 300))
  const path = join(folder, `clip-${Math.random()}.mp4`)
  await writeFile(path, bytes)
  return { path, bytes }
}

/** Indexes of the frames that are presented, among those that were sent. */
function presented(cut: readonly ListedFrame[] = [], sent: readonly ListedFrame[] = []): readonly number[] {
  return cut.filter(({ pts }) => pts >= 0).map(({ hash }) => sent.findIndex(frame => frame.hash === hash))
}

/** Those that were sent from a time on, in seconds behind the first picture. */
function indexesWithin(
  frames: readonly ListedFrame[] = [],
  origin: number,
  from: number,
  to: number,
): readonly number[] {
  return frames.flatMap(({ pts }, i) => (pts - origin >= 1000 * from && pts - origin < 1000 * to ? [i] : []))
}

async function countPictures(path: string): Promise<number> {
  const count = ['-count_frames', '-select_streams', 'v', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0']
  await using program = startPeer('ffprobe', ['-v', 'error', ...count, path])
  const { stdout, stderr } = await program.untilDone()
  assert.equal(stderr, '')
  return Number.parseInt(stdout.toString(), 10)
}

test('clip: begins and ends where it was asked to, with the very frames that were sent', async () => {
  const { path } = await download(clipUrl(1480, 3000))
  // Times of the URL and of the playlist are whole milliseconds.
  const seconds100 = Math.round((await duration(path)) * 100)
  assert.deepEqual([await startTime(path), seconds100, await countPictures(path)], [0, 300, 75])
  const [sent, cut] = [await framesOf(await clip('clip.flv'), seconds), await framesOf(path)]
  const origin = sent.video?.frames[0]?.pts ?? 0
  assert.deepEqual(
    presented(cut.video?.frames, sent.video?.frames).toSorted((a, b) => a - b),
    indexesWithin(sent.video?.frames, origin, 1.48, 4.48),
  )
  const sounds = presented(cut.audio?.frames, sent.audio?.frames)
  const wanted = indexesWithin(sent.audio?.frames, origin, 1.48, 4.48)
  assert.deepEqual(sounds.slice(0, wanted.length), wanted)
  assert.ok(sounds.length - wanted.length <= 1, `${sounds.length} frames of sound, not ${wanted.length}`)
  const [picture, sound] = [
    cut.video?.frames.find(({ pts }) => pts === 0),
    cut.audio?.frames.find(({ pts }) => pts >= 0),
  ]
  const sentAt = (frames: readonly ListedFrame[] = [], hash = ''): number => frames.find(f => f.hash === hash)?.pts ?? 0
  const offset = sentAt(sent.audio?.frames, sound?.hash) - sentAt(sent.video?.frames, picture?.hash)
  const offsetInClip = (1000 * (sound?.pts ?? 0)) / (cut.audio?.timescale ?? 1)
  assert.ok(Math.abs(offset - offsetInClip) <= 2, `sound is ${offsetInClip} ms behind, was ${offset}`)
})

test('clip: is a file that can be played while it is loaded, with sample tables that mp4box.js reads', async () => {
  const { bytes } = await download(clipUrl(0, 2000))
  const { file, tracks } = parseMp4(bytes)
  assert.deepEqual(
    file.boxes.map(({ type }) => type),
    ['ftyp', 'moov', 'mdat'],
  )
  assert.deepEqual(
    tracks.map(({ codec }) => codec.slice(0, 4)),
    ['avc1', 'mp4a'],
  )
  const [video] = tracks
  assert.equal(video?.samples.length, 50)
  assert.deepEqual(
    video.samples.flatMap(({ is_sync: isSync }, i) => (isSync ? [i] : [])),
    [0, 25],
  )
})

test('clip: time of which nothing is kept is left out', async () => {
  const { path } = await download(server.httpUrl('/live/test/clip.mp4?offset=0&duration=60'))
  const [gap] = kept.gaps
  const missing = (Date.parse(gap?.to ?? '') - Date.parse(gap?.from ?? '')) / 1000
  const lasts = await duration(path)
  assert.ok(Math.abs(lasts - ((kept.to - kept.from) / 1000 - missing)) < 0.2, `${lasts} s without ${missing} s`)
  const [sent, cut] = [await framesOf(await clip('clip.flv'), seconds), await framesOf(path)]
  const hashes = sent.video?.frames.map(({ hash }) => hash) ?? []
  assert.deepEqual(
    cut.video?.frames.map(({ hash }) => hash),
    [...hashes, ...hashes],
  )
  const frames = cut.video?.frames ?? []
  const steps = new Set(frames.slice(1).map(({ dts }, i) => dts - (frames[i]?.dts ?? 0)))
  assert.deepEqual([...steps], [3600])
})

test('clip: a part of the file is the same as in the whole', async () => {
  const url = clipUrl(1000, 3000)
  const { bytes } = await download(url)
  const head = await fetch(url, { method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), `${bytes.length}`)
  assert.match(head.headers.get('content-disposition') ?? '', /^attachment; filename="live-test-2\S*Z\.mp4"$/)
  for (const [start, end] of [
    [0, 100],
    [1000, bytes.length - 50_000],
    [bytes.length - 10, bytes.length],
  ] as const) {
    const part = await fetch(url, { headers: { range: `bytes=${start}-${end - 1}` } })
    assert.equal(part.status, 206)
    assert.equal(part.headers.get('content-range'), `bytes ${start}-${end - 1}/${bytes.length}`)
    assert.equal(part.headers.get('etag'), head.headers.get('etag'))
    assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(start, end)))
  }
  const behind = await fetch(url, { headers: { range: `bytes=${bytes.length}-` } })
  assert.equal(behind.status, 416)
})

test('clip: Chromium plays it and finds each place', async () => {
  await using page = await PlayerPage.open(browser, server)
  await page.play('native', clipUrl(500, 6000))
  await page.untilAdvanced(1)
  const facts = await page.page.evaluate<readonly number[]>(`new Promise(resolve => {
    video.onseeked = () => resolve([video.duration, video.currentTime, video.error?.code ?? 0])
    video.currentTime = 4
  })`)
  assert.deepEqual(facts.map(Math.round), [6, 4, 0])
  const { errors } = await page.untilAdvanced(1)
  assert.deepEqual(errors, [])
})

const refusals = [
  { name: 'in the future', status: 404, query: 'from=2099-01-01T00:00:00Z&duration=10', says: /it is kept from/ },
  {
    name: 'before the beginning',
    status: 404,
    query: 'from=2001-01-01T00:00:00Z&duration=10',
    says: /it is kept from/,
  },
  { name: 'of no time', status: 400, query: 'from=yesterday&duration=10', says: /from must be a time/ },
  { name: 'of no length', status: 400, query: 'offset=0&duration=-1', says: /duration must be/ },
]

for (const { name, status, query, says } of refusals) {
  test(`clip: one ${name} is refused in words`, async () => {
    const response = await fetch(server.httpUrl(`/live/test/clip.mp4?${query}`))
    assert.equal(response.status, status)
    assert.match(((await response.json()) as { detail: string }).detail, says)
  })
}

test('clip: one in a gap, or of a stream that is not kept, is not there', async () => {
  const from = new Date(Date.parse(kept.gaps[0]?.from ?? '') + 300).toISOString()
  for (const path of [`/live/test/clip.mp4?from=${from}&duration=0.2`, '/live/other/clip.mp4?offset=0&duration=1']) {
    const response = await fetch(server.httpUrl(path))
    assert.equal(response.status, 404)
    assert.match(((await response.json()) as { detail: string }).detail, /nothing is kept of/)
  }
})
