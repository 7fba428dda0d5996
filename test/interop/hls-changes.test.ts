import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { type ClipName, clip } from '../peers/clips.ts'
import { listed, listFrames } from '../support/common-form.ts'
import type { ReadPlaylist, ReadSegment } from '../support/hls-playlist.ts'
import { watchPlaylists } from '../support/hls-watcher.ts'
import { ScenePublisher } from '../support/scene-publisher.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-changes-'))
})
afterAll(() => rm(folder, { recursive: true }))

const seconds = 4
const flags = ['--hub-resume-timeout', '2s', '--packager-segment-window', '60s', '--packager-segment-duration', '1s']
const hour = 3_600_000

test.concurrent('hls: codecs and sizes that change within a session are parts, each as it was sent', async () => {
  const names = [
    'clip.flv',
    'small.flv',
    'hevc.flv',
    'av1.flv',
    'vp9-opus.flv',
    'clip.flv',
  ] as const satisfies ClipName[]
  await using server = await ServerProcess.start(...flags)
  await using publisher = await ScenePublisher.open(server.rtmpPort, 'test')
  const lists = untilEnded(server)
  for (const [i, name] of names.entries()) {
    await publisher.send({ path: await clip(name), seconds, start: 1000 * seconds * i })
  }
  await publisher[Symbol.asyncDispose]()
  const { video, audio } = await lists
  assert.deepEqual([partsOf(video).length, partsOf(audio).length], [names.length, names.length])
  for (const [i, segments] of partsOf(video).entries()) {
    const name = names[i] ?? assert.fail(`${i + 1} parts`)
    const sent = await pictures(await clip(name), name)
    const played = await pictures(await fetched(server, segments), name)
    assert.ok(played.length > 25, `${name}: ${played.length} pictures`)
    const at = sent.indexOf(played[0] ?? '')
    assert.ok(
      played.every((hash, picture) => hash === sent[at + picture]),
      `${name}: picture ${at} and on`,
    )
  }
})

test.concurrent('hls: a clock that jumps by an hour leaves lists as they are, and their dates true', async () => {
  await using server = await ServerProcess.start(...flags)
  await using publisher = await ScenePublisher.open(server.rtmpPort, 'test')
  const path = await clip('clip.flv')
  const lists = untilEnded(server)
  const began = Date.now()
  for (const start of [hour, 2 * hour, hour]) await publisher.send({ path, seconds, start })
  await publisher[Symbol.asyncDispose]()
  const { video, audio } = await lists
  for (const { segments } of [video, audio]) {
    const [first, last] = [segments[0] ?? assert.fail(), segments.at(-1) ?? assert.fail()]
    const total = segments.reduce((sum, { duration }) => sum + duration, 0)
    assert.ok(Math.abs(total - 3 * seconds) < 1.5, `${total} s`)
    assert.ok(Math.abs((first.programDateTime ?? 0) - began) < 1500, `begins at ${first.programDateTime}, not ${began}`)
    const end = (last.programDateTime ?? 0) + 1000 * last.duration
    assert.ok(Math.abs(end - began - 3000 * seconds) < 1500, `ends ${end - began} ms behind its beginning`)
  }
})

type Lists = { readonly video: ReadPlaylist; readonly audio: ReadPlaylist }

/** What is listed when the stream has ended. All lists up to then keep the rules. */
async function untilEnded(server: ServerProcess): Promise<Lists> {
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 20)
  const { broken, last } = await watchPlaylists(server.httpUrl('/live/test/index.m3u8'), AbortSignal.timeout(60_000))
  assert.deepEqual(broken, [])
  const [video, audio] = ['video', 'audio'].map(name => last.get(`${name}.m3u8`) ?? assert.fail(`no ${name}`))
  return { video: video ?? assert.fail(), audio: audio ?? assert.fail() }
}

/** Segments between discontinuities. */
function partsOf({ segments }: ReadPlaylist): readonly (readonly ReadSegment[])[] {
  return [...Map.groupBy(segments, ({ discontinuity }) => discontinuity).values()]
}

/** A file of an initialisation segment and what it is for. */
async function fetched(server: ServerProcess, segments: readonly ReadSegment[]): Promise<string> {
  const names = [segments[0]?.map ?? assert.fail(), ...segments.map(({ uri }) => uri)]
  const bytes = await Promise.all(
    names.map(async name => Buffer.from(await (await fetch(server.httpUrl(`/live/test/${name}`))).arrayBuffer())),
  )
  const path = join(folder, `${names[1]}.mp4`)
  await writeFile(path, Buffer.concat(bytes))
  return path
}

/** FLV has temporal delimiters of AV1, MP4 has not. */
async function pictures(path: string, name: ClipName): Promise<readonly string[]> {
  await using program = listFrames(path, name === 'av1.flv' ? ['av1'] : [])
  const [video] = await listed(program)
  return (video?.frames ?? []).map(({ hash }) => hash)
}
