import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { startPeer } from '../peers/peers.ts'
import { assertRelayed, listed, listFrames } from '../support/common-form.ts'
import { type Excerpt, excerpt } from '../support/excerpt.ts'
import { type Ffmpeg, framesOf, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, hashes, inMilliseconds, parseFrameList } from '../support/frame-list.ts'
import { pollUntil } from '../support/polling.ts'
import { S3Server, s3Bucket, s3Keys } from '../support/s3-server.ts'
import { relays } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-pull-file-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A server whose stream `far/test` comes from a file of the folder. */
async function startServer(file: string): Promise<ServerProcess> {
  const config = join(folder, `${process.hrtime.bigint()}.yaml`)
  await writeFile(config, JSON.stringify({ paths: { 'far/test': { pull: `file://${folder}/${file}` } } }))
  return ServerProcess.start('--config', config, '--hub-resume-timeout', '500ms')
}

/** FFmpeg plays an edit list to its end, and leaves sound behind it out. */
const withoutEdits = ['-use_editlist', '0']

const files: readonly (Excerpt & { readonly ffmpeg: Ffmpeg })[] = [
  { clip: 'clip.flv', file: 'h264-aac.flv', ffmpeg: 'ffmpeg' },
  { clip: 'clip.flv', file: 'h264-aac.mkv', ffmpeg: 'ffmpeg' },
  { clip: 'vp9-opus.flv', file: 'vp9-opus.webm', ffmpeg: 'ffmpeg-9' },
  { clip: 'clip.mp4', file: 'h264-aac.mp4', ffmpeg: 'ffmpeg', options: withoutEdits },
  { clip: 'hevc.flv', file: 'h265-aac.mp4', ffmpeg: 'ffmpeg', options: ['-movflags', '+frag_keyframe+empty_moov'] },
]

for (const { ffmpeg, ...what } of files) {
  test.concurrent(`pull of a file: a player of ${what.file} gets the frames that FFmpeg finds in it`, async () => {
    const path = await excerpt(folder, what)
    await using server = await startServer(what.file)
    await using player = startPlayer(server.rtmpUrl('far/test'), ffmpeg)
    const was = inMilliseconds(await framesOf(path, undefined, ffmpeg))
    assert.equal(assertReceived(await received(player), was), 0)
  })
}

test.concurrent('pull of a file: a player of a transport stream gets the frames that were put into it', async () => {
  const source = await excerpt(folder, { clip: 'clip.flv', file: 'source.flv' })
  await excerpt(folder, { clip: 'clip.flv', file: 'h264-aac.ts' })
  await using server = await startServer('h264-aac.ts')
  await using player = startPlayer(server.rtmpUrl('far/test'))
  assert.equal(assertReceived(await received(player), await framesOf(source)), 0)
})

test.concurrent('pull of a file: over HTTP it is a transport stream of the frames that FFmpeg finds in it', async () => {
  const path = await excerpt(folder, { clip: 'clip.flv', file: 'http.mkv' })
  await using server = await startServer('http.mkv')
  await using player = listFrames(server.httpUrl('/far/test.ts'), ['h264', 'aac'])
  await using source = listFrames(path, ['h264', 'aac'])
  assertRelayed(await listed(player), await listed(source))
})

test.concurrent('pull of a file: it is played again for who comes after its end', async () => {
  const path = await excerpt(folder, { clip: 'clip.flv', file: 'again.mkv', seconds: 2 })
  await using server = await startServer('again.mkv')
  for (let time = 0; time < 2; time++) {
    await using player = startPlayer(server.rtmpUrl('far/test'))
    assert.equal(assertReceived(await received(player), inMilliseconds(await framesOf(path))), 0)
    const relay = await pollUntil('the end', async () => (await relays(server)).find(({ state }) => state === 'ended'))
    assert.equal(relay.url, 'file:…/again.mkv')
  }
  assert.ok(!server.program.output.includes(folder))
})

for (const file of ['loop.mp4', 'loop.ts', 'loop.mkv', 'loop.flv']) {
  test.concurrent(`pull of a file: three rounds of ${file} are one stream for FFmpeg`, async () => {
    const path = await excerpt(folder, { clip: 'clip.flv', file, seconds: 2 })
    await using server = await startServer(`${file}?loop=true`)
    const form = ['-map', '0', '-t', '6.5', '-c', 'copy', '-f', 'framemd5', '-']
    await using player = startPeer('ffmpeg', ['-v', 'warning', '-i', server.rtmpUrl('far/test'), ...form])
    const { stdout, stderr } = await player.untilDone()
    assert.equal(stderr, '')
    const is = parseFrameList(stdout.toString())
    const once = await framesOf(path)
    for (const kind of ['video', 'audio'] as const) {
      const frames = is[kind]?.frames ?? []
      const round =
        file === 'loop.ts' ? hashes(frames).slice(0, once[kind]?.frames.length) : hashes(once[kind]?.frames ?? [])
      assert.deepEqual(hashes(frames).slice(0, 3 * round.length), [...round, ...round, ...round])
      const steps = frames.slice(1).map(({ dts }, i) => dts - (frames[i]?.dts ?? 0))
      assert.ok(
        steps.every(step => step > 0 && step <= 120),
        `${kind}: ${steps.join(' ')}`,
      )
    }
  })
}

const { accessKey: username, secretKey: password } = s3Keys
type Input = { readonly url: string; readonly username?: string; readonly password?: string }

/** Inputs whose media are in a bucket. */
const remote: readonly (readonly [what: string, file: string, inputFor: (bucket: S3Server) => Promise<Input>])[] = [
  ['an MP4 in a bucket', 'bucket.mp4', async ({ endpoint }) => objectInput('bucket.mp4', endpoint)],
  ['Matroska in a bucket', 'bucket.mkv', async ({ endpoint }) => objectInput('bucket.mkv', endpoint)],
  ['an MP4 over HTTP', 'http.mp4', async bucket => ({ url: `${await bucket.signedUrl('http.mp4')}#loop=true` })],
]

function objectInput(key: string, { href: endpoint }: URL): Input {
  return { url: `s3://${s3Bucket}/${key}?endpoint=${endpoint}&loop=true`, username, password }
}

for (const [what, file, inputFor] of remote) {
  test.concurrent(`input from afar: two rounds of ${what} are the frames that FFmpeg finds in it`, async () => {
    const path = await excerpt(folder, { clip: 'clip.mp4', file, seconds: 2, options: withoutEdits })
    await using bucket = await S3Server.listen()
    await bucket.put(file, await readFile(path))
    const config = join(folder, `${process.hrtime.bigint()}.yaml`)
    const inputs = [await inputFor(bucket)]
    await writeFile(config, JSON.stringify({ streams: { 'far/test': { inputs, onDemand: true } } }))
    await using server = await ServerProcess.start('--config', config)
    const form = ['-map', '0', '-t', '4.5', '-c', 'copy', '-f', 'framemd5', '-']
    await using player = startPeer('ffmpeg', ['-v', 'warning', '-i', server.rtmpUrl('far/test'), ...form])
    const is = parseFrameList((await player.untilDone()).stdout.toString())
    const was = await framesOf(path)
    for (const kind of ['video', 'audio'] as const) {
      const round = hashes(was[kind]?.frames ?? [])
      assert.deepEqual(hashes(is[kind]?.frames ?? []).slice(0, 2 * round.length), [...round, ...round])
    }
    const shown = await Promise.all(
      ['', '/status'].map(async of => (await fetch(server.httpUrl(`/api/v1/streams/far/test${of}`))).text()),
    )
    assert.match(shown[0] ?? '', /\*\*\*/)
    for (const text of [...shown, server.program.output]) assert.doesNotMatch(text, /Signature|S3RVER/)
  })
}
