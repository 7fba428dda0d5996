import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { amfObject } from '../../src/formats/amf/amf-value.ts'
import { encodeAmf0 } from '../../src/formats/amf/encode-amf0.ts'
import { mkvFormat } from '../../src/recorder/mkv-recording.ts'
import { type ClipName, clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { framesOf } from '../support/ffmpeg-peers.ts'
import type { FrameList, ListedTrack } from '../support/frame-list.ts'
import { duration, firstAfterSeek, pictureAt } from '../support/media-facts.ts'
import { probeClip } from '../support/probed-clip.ts'
import { recordClip } from '../support/record-clip.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-matroska-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

/** What is presented when, from the first picture on. */
function presentation({ video, audio }: FrameList): Readonly<Record<'video' | 'audio', readonly string[]>> {
  const origin = (video ?? audio)?.frames[0]?.pts ?? 0
  const list = (track: ListedTrack | undefined): readonly string[] =>
    (track?.frames ?? []).map(({ pts, hash }) => `${pts - origin} ${hash}`)
  return { video: list(video), audio: list(audio) }
}

for (const name of [
  'clip.flv',
  'mp3.flv',
  'hevc-opus.mkv',
  'av1-flac.mkv',
  'vp9-ac3.mkv',
  'vp8-eac3.mkv',
] as const satisfies readonly ClipName[]) {
  describe(`matroska: ${name}`, () => {
    test('FFmpeg reads the frames, configurations and times that went in', async () => {
      const source = await clip(name)
      const file = await write(`${name}.mkv`, recordClip(mkvFormat, await probeClip(source)).complete)
      const [is, was] = [await framesOf(file), await framesOf(source)]
      assert.deepEqual(presentation(is), presentation(was))
      assert.equal(is.video?.extradata, was.video?.extradata)
      assert.equal(is.audio?.extradata, was.audio?.extradata)
    })

    test('a seek finds the key frame before, and the file says how long it is', async () => {
      const source = await clip(name)
      const file = await write(`${name}.seek.mkv`, recordClip(mkvFormat, await probeClip(source)).complete)
      for (const seconds of [1, 4.52, 9])
        assert.equal(await firstAfterSeek(file, seconds), await firstAfterSeek(source, seconds))
      assert.ok(Math.abs((await duration(file)) - (await duration(source))) < 0.1)
    })
  })
}

test('matroska: a seek by its Cues shows the picture that reading shows', async () => {
  const file = await write('pictures.mkv', recordClip(mkvFormat, await probeClip(await clip('clip.flv'))).complete)
  for (const seconds of [1, 4.52, 9]) {
    assert.equal(await pictureAt(file, seconds, 'seek'), await pictureAt(file, seconds, 'read'), `at ${seconds} s`)
  }
})

for (const [kind, pad] of [
  ['video', 'video_0'],
  ['audio', 'audio_0'],
] as const) {
  test(`matroska: GStreamer reads the ${kind} that went in`, async () => {
    const source = await probeClip(await clip('clip.flv'))
    const file = await write(`gstreamer-${kind}.mkv`, recordClip(mkvFormat, source).complete)
    const output = join(folder, `${kind}.raw`)
    const demuxer = ['filesrc', `location=${file}`, '!', 'matroskademux', 'name=demuxer']
    const pipeline = [...demuxer, `demuxer.${pad}`, '!', 'filesink', `location=${output}`]
    await using gstreamer = startPeer('gst-launch-1.0', ['-q', ...pipeline])
    await gstreamer.untilDone()
    const payloads = source.frames.filter(({ track }) => track.kind === kind).map(({ payload }) => payload)
    assert.ok((await readFile(output)).equals(Buffer.concat(payloads)))
  })
}

test('matroska: FFmpeg reads colour and mastering display', async () => {
  const source = await probeClip(await clip('clip.flv'))
  const colorConfig = { colorPrimaries: 9, transferCharacteristics: 16, matrixCoefficients: 9 }
  const primaries = { redX: 0.708, redY: 0.292, greenX: 0.17, greenY: 0.797, blueX: 0.131, blueY: 0.046 }
  const hdrMdcv = { ...primaries, whitePointX: 0.3127, whitePointY: 0.329, maxLuminance: 1000, minLuminance: 0.0001 }
  const info = amfObject({ colorConfig: amfObject(colorConfig), hdrMdcv: amfObject(hdrMdcv) })
  const colorInfo = Buffer.concat([encodeAmf0('colorInfo'), encodeAmf0(info)])
  const tracks = source.tracks.map(track =>
    track.video === undefined ? track : { ...track, video: { ...track.video, colorInfo } },
  )
  const frames = source.frames.map(frame => ({ ...frame, track: tracks[frame.track.id] ?? frame.track }))
  const file = await write('colour.mkv', recordClip(mkvFormat, { tracks, frames }).complete)
  await using ffprobe = startPeer('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_streams', file])
  const output = (await ffprobe.untilDone()).stdout.toString()
  for (const line of [
    'color_space=bt2020nc',
    'color_transfer=smpte2084',
    'color_primaries=bt2020',
    'side_data_type=Mastering display metadata',
  ]) {
    assert.ok(output.includes(line), `${line}\n${output}`)
  }
})

test('matroska: cut off anywhere, FFmpeg reads it up to there', async () => {
  const source = await probeClip(await clip('clip.flv'))
  const { growing, complete } = recordClip(mkvFormat, source)
  const all = presentation(await framesOf(await write('whole.mkv', complete)))
  for (const size of [growing.length, 150_001, 77_777, 20_000]) {
    const cut = await write(`cut-${size}.mkv`, growing.subarray(0, size))
    const { video } = presentation(await framesOf(cut))
    assert.ok(video.length >= Math.floor((all.video.length * size) / growing.length) - 12, `${video.length} at ${size}`)
    assert.deepEqual(video, all.video.slice(0, video.length))
  }
})
