import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import HLS from 'hls-parser'
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny'
import { parse } from 'mpd-parser'
import { afterAll, beforeAll, test } from 'vitest'
import { type ClipName, clip } from '../peers/clips.ts'
import { brokenInSegment } from '../support/cmaf-validator.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { readPlaylist } from '../support/hls-playlist.ts'
import { brokenRules } from '../support/hls-validator.ts'
import { readMp4 } from '../support/mp4-file.ts'
import { type ReadRepresentation, readMpd } from '../support/mpd-reader.ts'
import { brokenInMpd } from '../support/mpd-validator.ts'
import { pollUntil } from '../support/polling.ts'
import { assertReadByPython } from '../support/python-parsers.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

/** Codecs as each of the two calls them. */
type Case = {
  readonly name: ClipName
  readonly mp4box: readonly string[]
  readonly mediabunny: readonly (string | null)[]
}

const cases: readonly Case[] = [
  { name: 'clip.flv', mp4box: ['avc1.64000d', 'mp4a.40.2'], mediabunny: ['avc', 'aac'] },
  { name: 'hevc-flac.flv', mp4box: ['hvc1.1.6.L60.90', 'fLaC'], mediabunny: ['hevc', 'flac'] },
  { name: 'av1-ac3.flv', mp4box: ['av01.0.00M.08', 'ac-3'], mediabunny: ['av1', 'ac3'] },
  { name: 'vp9-opus.flv', mp4box: ['vp09.00.20.08', 'Opus'], mediabunny: ['vp9', 'opus'] },
  { name: 'h264-eac3.flv', mp4box: ['avc1.64000d', 'ec-3'], mediabunny: ['avc', 'eac3'] },
  { name: 'mp3.flv', mp4box: ['avc1.64000d', 'mp4a.6b'], mediabunny: ['avc', 'mp3'] },
]

const seconds = 6

let server: ServerProcess
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-parsers-'))
  const keeping = ['--dvr-all', '--dvr-dir', folder, '--packager-package-always']
  server = await ServerProcess.start('--hub-resume-timeout', '500ms', ...keeping)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function bytesOf(path: string): Promise<Buffer> {
  const response = await fetch(server.httpUrl(path))
  assert.equal(response.status, 200, path)
  return Buffer.from(await response.arrayBuffer())
}

/** What two parsers read of a file: codecs, and the sizes of what is in each track. */
async function readBoth(file: Buffer): Promise<{ mp4box: Facts; mediabunny: Facts<string | null> }> {
  const tracks = readMp4(file)
  const input = new Input({ source: new BufferSource(file), formats: ALL_FORMATS })
  const read = await input.getTracks()
  const packets = await Promise.all(
    read.map(async track => {
      const sizes: number[] = []
      for await (const { byteLength } of new EncodedPacketSink(track).packets()) sizes.push(byteLength)
      return sizes
    }),
  )
  return {
    mp4box: { codecs: tracks.map(({ codec }) => codec), sizes: tracks.map(one => one.samples.map(({ size }) => size)) },
    mediabunny: { codecs: await Promise.all(read.map(track => track.getCodec())), sizes: packets },
  }
}

type Facts<Codec = string> = { readonly codecs: readonly Codec[]; readonly sizes: readonly (readonly number[])[] }

/** Both parsers read the same of it. */
async function assertReadable(file: Buffer, what: string, { mp4box, mediabunny }: Omit<Case, 'name'>): Promise<void> {
  const read = await readBoth(file)
  assert.deepEqual([read.mp4box.codecs, read.mediabunny.codecs], [mp4box, mediabunny], what)
  assert.deepEqual(read.mediabunny.sizes, read.mp4box.sizes, what)
  assert.ok(
    read.mp4box.sizes.every(({ length }) => length > 0),
    what,
  )
}

/** Each segment of an MPD is seen when it is told, and the rules of CMAF hold. */
async function assertSegments(stream: string, { attributes, template, segments }: ReadRepresentation): Promise<void> {
  const fill = (name: string, time = 0): string =>
    `/${stream}/${template
      .get(name)
      ?.replace('$RepresentationID$', attributes.get('id') ?? '')
      .replace('$Time$', `${time}`)}`
  const header = await bytesOf(fill('initialization'))
  for (const segment of segments) {
    const broken = brokenInSegment(header, await bytesOf(fill('media', segment.time)), segment)
    assert.deepEqual(broken, [], `${attributes.get('id')} at ${segment.time}`)
  }
}

HLS.setOptions({ strictMode: true })

for (const { name, mp4box, mediabunny } of cases) {
  test.concurrent(`parsers: mp4box.js, mediabunny, m3u8 and mpegdash read each file of ${name}`, async () => {
    const stream = `parsed/${name.replace('.', '-')}`
    await using publisher = publishFile(server.rtmpUrl(stream), await clip(name), seconds, 'ffmpeg-9')
    await untilStream(server, stream, ({ framesIn }) => framesIn > 20)
    const texts: string[] = []
    for (const list of ['muxed.m3u8', 'index.m3u8', 'video.m3u8', 'audio.m3u8', 'index.mpd']) {
      texts.push((await bytesOf(`/${stream}/${list}`)).toString())
    }
    await publisher.untilDone()
    const [video, audio] = [0, 1].map(i => ({ mp4box: mp4box.slice(i, i + 1), mediabunny: mediabunny.slice(i, i + 1) }))
    for (const [list, wanted] of [
      ['video', video],
      ['audio', audio],
      ['muxed', { mp4box, mediabunny }],
      ['dvr-video', video],
      ['dvr-audio', audio],
    ] as const) {
      const text = await pollUntil(`the end of ${list}`, async () => {
        const live = (await bytesOf(`/${stream}/${list}.m3u8`)).toString()
        return live.includes('#EXT-X-ENDLIST') ? live : undefined
      })
      texts.push(text)
      HLS.parse(text)
      const playlist = readPlaylist(text)
      assert.deepEqual(brokenRules(text, playlist), [], list)
      const map = await bytesOf(`/${stream}/${playlist.segments[0]?.map}`)
      const segments = await Promise.all(playlist.segments.map(({ uri }) => bytesOf(`/${stream}/${uri}`)))
      if (wanted === undefined) continue
      await assertReadable(Buffer.concat([map, ...segments]), list, wanted)
      await assertReadable(Buffer.concat([map, segments[0] ?? Buffer.of()]), `first segment of ${list}`, wanted)
      if (list === 'video' || list === 'muxed') {
        const part = await bytesOf(`/${stream}/${playlist.segments[0]?.uri.replace('.m4s', '.0.m4s')}`)
        await assertReadable(Buffer.concat([map, part]), `first part of ${list}`, wanted)
      }
    }
    for (const list of ['index', 'dvr']) {
      const url = server.httpUrl(`/${stream}/${list}.mpd`)
      const text = (await bytesOf(`/${stream}/${list}.mpd`)).toString()
      texts.push(text)
      const mpd = readMpd(text)
      assert.deepEqual(brokenInMpd(mpd, Date.now() / 1000), [], list)
      for (const { representations } of mpd.periods) {
        for (const representation of representations) await assertSegments(stream, representation)
      }
      const { playlists, mediaGroups } = parse(text, { manifestUri: url })
      assert.deepEqual([playlists.length, Object.keys(mediaGroups.AUDIO).length], [1, 1])
    }
    await assertReadByPython(texts)
    const from = /PROGRAM-DATE-TIME:(.*)/.exec((await bytesOf(`/${stream}/dvr-video.m3u8`)).toString())?.[1]
    const cut = await bytesOf(`/${stream}/clip.mp4?from=${from}&duration=3`)
    await assertReadable(cut, 'clip.mp4', { mp4box, mediabunny })
  })
}
