import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { type ClipName, clip } from '../peers/clips.ts'
import { assertRelayed, type Forms, listed, listFrames } from '../support/common-form.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { readTags } from '../support/flv-tags.ts'
import type { ListedTrack } from '../support/frame-list.ts'
import { isStored, keptSpan, untilKept } from '../support/kept-stream.ts'
import { pollUntil } from '../support/polling.ts'
import { S3Server, s3Bucket, s3Keys } from '../support/s3-server.ts'
import { metric, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

let folder: string
let server: ServerProcess
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-rewind-'))
  server = await keep('many')
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** A server that keeps what comes in a folder of its own. */
const keep = (name: string, ...flags: readonly string[]): Promise<ServerProcess> => {
  const short = ['--hub-resume-timeout', '300ms', '--packager-segment-duration', '1s']
  return ServerProcess.start('--dvr-all', '--dvr-dir', join(folder, name), ...short, ...flags)
}

/** A time so many milliseconds behind the first picture, as playlists tell it. */
async function timeAt(from: ServerProcess, stream: string, behind: number): Promise<string> {
  const { from: first } = await untilKept(from, kept => kept.from > 0, stream)
  return new Date(first + behind).toISOString()
}

async function sentOf(path: string, forms: Forms, seconds: number): Promise<readonly ListedTrack[]> {
  await using source = listFrames(path, forms, '-t', `${seconds}`)
  return await listed(source)
}

const seconds = 9
const later = { atStart: Number.POSITIVE_INFINITY, atEnd: 0 }

for (const [name, extension, forms] of [
  ['clip.flv', 'flv', ['h264', 'aac']],
  ['clip.flv', 'ts', ['h264', 'aac']],
  ['clip.flv', 'mp4', ['h264', 'aac']],
  ['hevc.flv', 'mp4', ['hevc', 'aac']],
  ['mp3.flv', 'flv', ['h264']],
  ['video.flv', 'flv', ['h264']],
  ['audio.flv', 'flv', ['aac']],
] as const satisfies readonly (readonly [ClipName, string, Forms])[]) {
  test.concurrent(`rewind: FFmpeg plays ${name} as ${extension} from the key frame before a time on, and on to live`, async () => {
    const stream = `live/${name}-${extension}`
    const sent = await sentOf(await clip(name), forms, seconds)
    await using publisher = publishFile(server.rtmpUrl(stream), await clip(name), seconds)
    await untilKept(server, kept => keptSpan(kept) > 4000, stream)
    const at = await timeAt(server, stream, 2480)
    await using player = listFrames(server.httpUrl(`/${stream}.${extension}?at=${at}&speed=3`), forms)
    await publisher.untilDone()
    const received = await listed(player)
    assertRelayed(received, sent, later)
    const [first] = received
    const skipped = (sent[0]?.frames.length ?? 0) - (first?.frames.length ?? 0)
    const skippedMs = Math.round((1000 * (sent[0]?.frames[skipped]?.dts ?? 0)) / (sent[0]?.timescale ?? 1))
    if (name === 'audio.flv') assert.ok(skippedMs > 2440 && skippedMs <= 2490, `begins at ${skippedMs} ms`)
    else assert.equal(skipped, 50)
    await server.program.untilPrinted(new RegExp(`"stream":"${stream}".*DVR_REWIND_LIVE|DVR_REWIND_LIVE.*"${stream}"`))
  })
}

const forms = ['h264', 'aac'] as const

test.concurrent('rewind: a viewer who begins some seconds ago stays so far behind, and is seen as one', async () => {
  const stream = 'live/behind'
  const path = await clip('clip.flv')
  await using publisher = publishFile(server.rtmpUrl(stream), path, seconds)
  await untilKept(server, kept => keptSpan(kept) > 5000, stream)
  await using player = listFrames(server.httpUrl(`/${stream}.flv?t=-3`), forms)
  const { subscribers } = await untilStream(server, stream, facts =>
    facts.subscribers.some(({ protocol }) => protocol === 'http-flv'),
  )
  assert.equal(subscribers.filter(({ protocol }) => protocol === 'http-flv').length, 1)
  await publisher.untilDone()
  const left = Date.now()
  assertRelayed(await listed(player), await sentOf(path, forms, seconds), later)
  assert.ok(Date.now() - left > 1500, `plays on for ${Date.now() - left} ms`)
})

test.concurrent('rewind: begins with the first picture that is kept if the time is before, and has no gaps', async () => {
  const stream = 'live/gap'
  const path = await clip('clip.flv')
  for (const times of [1, 2]) {
    await using publisher = publishFile(server.rtmpUrl(stream), path, 4)
    await publisher.untilDone()
    const { to } = await untilKept(server, ({ active, gaps }) => !active && gaps.length === times - 1, stream)
    await pollUntil('a gap', async () => (Date.now() > to + 1000 ? true : undefined))
  }
  const sent = await sentOf(path, forms, 4)
  await using player = listFrames(server.httpUrl(`/${stream}.flv?t=-3600&speed=8`), forms)
  for (const [track, { frames = [], timescale = 1 } = {}] of (await listed(player)).entries()) {
    const hashes = frames.map(({ hash }) => hash)
    const once = sent[track]?.frames.map(({ hash }) => hash) ?? []
    assert.deepEqual(hashes, [...once, ...once])
    const steps = frames.slice(1).map(({ dts }, i) => (1000 * (dts - (frames[i]?.dts ?? 0))) / timescale)
    assert.ok(Math.min(...steps) >= 0 && Math.max(...steps) < 200, `steps of ${Math.max(...steps)} ms`)
  }
})

test.concurrent('rewind: what the disk has no more comes from the bucket', async () => {
  const path = await clip('clip.flv')
  await using bucket = await S3Server.listen()
  const { accessKey, secretKey } = s3Keys
  const settings = { endpoint: bucket.endpoint.href, bucket: s3Bucket, 'object-duration': '2s' }
  const archive = Object.entries({ ...settings, 'access-key': accessKey, 'secret-key': secretKey })
  const flags = archive.flatMap(([name, value]) => [`--dvr-archive-${name}`, value])
  {
    await using first = await keep('archived', ...flags)
    await using publisher = publishFile(first.rtmpUrl('live/test'), path, 5)
    await publisher.untilDone()
    await untilKept(first, kept => !kept.active && isStored(kept))
  }
  for (const file of await readdir(join(folder, 'archived'), { recursive: true })) {
    if (file.endsWith('.m4s')) await rm(join(folder, 'archived', file))
  }
  await using second = await keep('archived', ...flags)
  const at = await timeAt(second, 'live/test', 1500)
  await using player = listFrames(second.httpUrl(`/live/test.ts?at=${at}&speed=8`), forms)
  const received = await listed(player)
  const sent = await sentOf(path, forms, 5)
  assertRelayed(received, sent, later)
  assert.equal((sent[0]?.frames.length ?? 0) - (received[0]?.frames.length ?? 0), 25)
})

test.concurrent('rewind: a WebSocket gets FLV from the past, with times that begin at 0', async () => {
  const stream = 'live/socket'
  await using publisher = publishFile(server.rtmpUrl(stream), await clip('clip.flv'), 5)
  await untilKept(server, kept => keptSpan(kept) > 3000, stream)
  const socket = new WebSocket(`${server.httpUrl(`/${stream}.flv`).replace('http', 'ws')}?t=-3600&speed=8`)
  socket.binaryType = 'arraybuffer'
  const messages: Buffer[] = []
  socket.addEventListener('message', ({ data }) => messages.push(Buffer.from(data as ArrayBuffer)))
  await new Promise(resolve => socket.addEventListener('close', resolve))
  await publisher.untilDone()
  const pictures = readTags(Buffer.concat(messages).subarray(13)).filter(({ type }) => type === 'video')
  // Behind the configuration, 127 pictures: those that are decoded before the last one that is shown are sent as well.
  assert.deepEqual([pictures.length, pictures[1]?.time, pictures.at(-1)?.time], [128, 0, 126 * 40])
})

test('rewind: says why it does not play, in words', async () => {
  const answer = async (from: ServerProcess, query: string): Promise<readonly [number, string]> => {
    const response = await fetch(from.httpUrl(`/live/words.flv?${query}`))
    return [response.status, ((await response.json()) as { detail: string }).detail]
  }
  assert.deepEqual(await answer(server, 't=-5'), [404, 'Cannot rewind live/words: nothing is kept of it'])
  assert.deepEqual(await answer(server, 't=5'), [
    400,
    'Cannot rewind live/words: t must be seconds back from now, such as -90',
  ])
  await using few = await keep('few', '--dvr-max-rewinders', '1')
  await using publisher = publishFile(few.rtmpUrl('live/words'), await clip('clip.flv'), seconds)
  await untilKept(few, kept => keptSpan(kept) > 2000, 'live/words')
  const [status, words] = await answer(few, 'at=2099-01-01T00:00:00Z')
  assert.equal(status, 404)
  assert.match(words, /^Cannot rewind live\/words: it is kept from 20\S+Z to 20\S+Z$/)
  const { body } = await fetch(few.httpUrl('/live/words.mp4?t=-1'))
  assert.deepEqual(await answer(few, 't=-1'), [503, 'Cannot rewind live/words: no more than 1 may do so at once'])
  assert.equal(await metric(few, 'sluice_dvr_rewinders'), 1)
  await body?.cancel()
  await pollUntil('no rewinder', async () => ((await metric(few, 'sluice_dvr_rewinders')) === 0 ? true : undefined))
  assert.equal(await metric(few, 'sluice_dvr_rewinds_refused_total'), 1)
  await publisher.close()
})
