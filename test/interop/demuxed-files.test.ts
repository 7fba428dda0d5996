import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { h265NalUnitType } from '../../src/codecs/h265/nal-unit-type.ts'
import { decodeLengthPrefixed, encodeLengthPrefixed } from '../../src/codecs/nal/length-prefixed.ts'
import { Mp4Reader } from '../../src/formats/fmp4/mp4-reader.ts'
import { MatroskaToFrames } from '../../src/formats/matroska/matroska-to-frames.ts'
import type { Frame } from '../../src/media/frame.ts'
import type { Track } from '../../src/media/track.ts'
import { mkvFormat } from '../../src/recorder/mkv-recording.ts'
import { mp4Format } from '../../src/recorder/mp4-recording.ts'
import { type ClipName, clip, ffmpegFor } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { probeClip } from '../support/probed-clip.ts'
import { recordClip } from '../support/record-clip.ts'
import { seededRandom } from '../support/seeded-bytes.ts'
import { demux, splitPackets } from '../support/ts-fixture.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-demuxed-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Demuxed = { readonly tracks: readonly Track[]; readonly frames: readonly Frame[] }

function readMatroska(file: Uint8Array): Demuxed {
  const reader = new MatroskaToFrames()
  const frames: Frame[] = []
  for (let at = 0; at < file.length; at += 10_007) frames.push(...reader.push(file.subarray(at, at + 10_007)))
  return { frames: [...frames, ...reader.flush()], tracks: reader.tracks }
}

async function readMp4(file: Uint8Array): Promise<Demuxed> {
  const read = async (at: number, size: number): Promise<Uint8Array> => file.subarray(at, at + size)
  const reader = await Mp4Reader.open({ size: file.length, read })
  const frames: Frame[] = []
  for await (const frame of reader.frames()) frames.push(frame)
  return { frames, tracks: reader.tracks }
}

/** Assert that a file was read as FFmpeg reads it: frames byte for byte, times up to one constant, configurations. */
async function assertAsFfmpeg(path: string, { tracks, frames }: Demuxed): Promise<void> {
  const source = await probeClip(path)
  const offsets: number[] = []
  for (const { id, codec, config } of source.tracks) {
    const was = source.frames.filter(({ track }) => track.id === id)
    const all = frames.filter(({ track }) => track.id === id)
    // FFmpeg leaves out the sound behind the end of an edit list.
    const is = all.slice(0, was.length)
    assert.ok(all.length - was.length <= 1, `${codec}: ${all.length} frames, ${was.length} by FFmpeg`)
    assert.deepEqual(
      is.map(({ payload, isKey }) => `${md5(payload)} ${isKey}`),
      was.map(({ payload, isKey }) => `${md5(payload)} ${isKey}`),
      codec,
    )
    assert.equal(tracks[id]?.codec, codec)
    // FFmpeg has nothing for what needs no configuration.
    if (config !== undefined && config.length > 0)
      assert.deepEqual(Buffer.from(tracks[id]?.config ?? []), Buffer.from(config))
    offsets.push(...is.flatMap((frame, i) => timeOffsets(frame, was[i] ?? frame)))
  }
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)]
  assert.ok(most - least <= 2.1, `times differ by ${least} to ${most} ms`)
}

/** What a frame's presentation and decode times differ by, in milliseconds. */
function timeOffsets(is: Frame, was: Frame): readonly number[] {
  const offset = (a: number, b: number): number => (a * 1000) / is.track.timescale - (b * 1000) / was.track.timescale
  return [offset(is.pts, was.pts), offset(is.dts, was.dts)]
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}

/** The first seconds of a clip in another container, as FFmpeg writes it. */
async function remuxed(name: ClipName, extension: string, options: readonly string[] = []): Promise<string> {
  const path = join(folder, `${name}-${options.join('')}.${extension}`.replaceAll('/', ''))
  const input = ['-v', 'error', '-y', '-t', '5', '-i', await clip(name), '-map', '0', '-c', 'copy', '-strict', '-2']
  await using ffmpeg = startPeer(ffmpegFor(name), [...input, ...options, path])
  await ffmpeg.untilDone()
  return path
}

describe('matroska', () => {
  const clips = [
    ...(['clip.flv', 'mp3.flv', 'audio.flv', 'hevc.flv', 'av1-ac3.flv', 'h264-eac3.flv'] as const),
    ...(['hevc-opus.mkv', 'av1-flac.mkv', 'vp9-ac3.mkv', 'vp8-eac3.mkv'] as const),
  ]
  for (const name of clips) {
    test(`${name} of FFmpeg is read as FFmpeg reads it`, async () => {
      const path = await remuxed(name, 'mkv')
      await assertAsFfmpeg(path, readMatroska(await readFile(path)))
    })
  }

  test('a live stream of FFmpeg, whose sizes are unknown, is read as FFmpeg reads it', async () => {
    const path = await remuxed('clip.flv', 'mkv', ['-live', '1'])
    await assertAsFfmpeg(path, readMatroska(await readFile(path)))
  })

  test('WebM of FFmpeg is read as FFmpeg reads it', async () => {
    const path = await remuxed('vp9-opus.flv', 'webm')
    await assertAsFfmpeg(path, readMatroska(await readFile(path)))
  })

  test('decode times are those that the source had', async () => {
    const source = await probeClip(await clip('clip.mp4'))
    const { frames } = readMatroska(await readFile(await remuxed('clip.mp4', 'mkv')))
    const video = frames.filter(({ track }) => track.kind === 'video')
    const first = source.frames.find(({ track }) => track.kind === 'video')
    const timesOf = (list: readonly Frame[], origin: Frame | undefined): readonly number[] =>
      list.map(({ dts, track }) => Math.round(((dts - (origin?.pts ?? 0)) * 1000) / track.timescale))
    const told = source.frames.filter(({ track }) => track.kind === 'video').slice(0, video.length)
    assert.deepEqual(timesOf(video, video[0]), timesOf(told, first))
  })

  for (const [name, muxer] of [
    ['Matroska', 'matroskamux'],
    ['a live stream', 'matroskamux streamable=true'],
  ] as const) {
    test(`${name} of GStreamer is read as FFmpeg reads it`, async () => {
      const path = join(folder, `${muxer}.mkv`.replaceAll(' ', '-'))
      const video =
        'videotestsrc num-buffers=120 ! video/x-raw,width=160,height=120,framerate=25/1 ! x264enc bframes=2 key-int-max=25 ! h264parse ! m.'
      const audio = 'audiotestsrc num-buffers=200 ! opusenc ! m.'
      const pipeline = `${muxer} name=m ! filesink location=${path} ${video} ${audio}`
      await using gstreamer = startPeer('gst-launch-1.0', ['-q', ...pipeline.split(' ')])
      await gstreamer.untilDone()
      await assertAsFfmpeg(path, readMatroska(await readFile(path)))
    })
  }

  test('a recording of ours that was not completed is read up to the last whole frame', async () => {
    const source = await probeClip(await clip('clip.flv'))
    const { growing } = recordClip(mkvFormat, source)
    for (const size of [growing.length, growing.length - 1, 77_777]) {
      const { frames } = readMatroska(growing.subarray(0, size))
      const whole = source.frames.slice(0, frames.length)
      assert.deepEqual(
        frames.map(({ payload }) => md5(payload)),
        whole.map(({ payload }) => md5(payload)),
      )
      assert.ok(
        frames.length >= source.frames.length * (size / growing.length) - 30,
        `${frames.length} frames of ${size} bytes`,
      )
    }
  })
})

describe('mpegts', () => {
  const pictures = (name: ClipName): readonly [ClipName, readonly string[], readonly string[]] => [name, [], []]
  const soundOf = (name: ClipName): readonly [ClipName, readonly string[], readonly string[]] => [name, ['-vn'], []]
  for (const [name, what, how] of [
    pictures('clip.flv'),
    pictures('mp3.flv'),
    pictures('hevc-opus.mkv'),
    pictures('multitrack.flv'),
    soundOf('vp9-ac3.mkv'),
    soundOf('vp8-eac3.mkv'),
    ['audio.flv', [], ['-mpegts_flags', 'latm']],
    ['clip.mp4', ['-an'], ['-mpegts_m2ts_mode', '1']],
    ['clip.flv', [], ['-omit_video_pes_length', '0', '-pes_payload_size', '16']],
  ] as const) {
    test(`${[name, ...what, ...how].join(' ')} of FFmpeg has the frames of its source`, async () => {
      const { tracks, frames } = readTransportStream(await readFile(await remuxed(name, 'ts', [...what, ...how])))
      const source = await probeClip(await remuxed(name, 'mkv', what))
      const offsets = source.tracks.flatMap(({ id, codec, kind }) => {
        const was = source.frames.filter(({ track }) => track.id === id)
        const is = frames.filter(({ track }) => track.id === id).map(withoutSei)
        assert.equal(tracks[id]?.codec, codec)
        assert.deepEqual(
          is.map(({ payload, isKey }) => `${md5(payload)} ${isKey}`),
          was.map(({ payload, isKey }) => `${md5(payload)} ${isKey}`),
        )
        // Matroska has no decode times, and FFmpeg guesses them.
        return is.map((frame, i) => timeOffsets(frame, was[i] ?? frame)[kind === 'video' ? 0 : 1] ?? 0)
      })
      const [least, most] = [Math.min(...offsets), Math.max(...offsets)]
      assert.ok(most - least <= 2.1, `times differ by ${least} to ${most} ms`)
    })
  }

  test('5 % of the packets lost cost the frames that they carried, and pictures up to the next key frame', async () => {
    const file = await readFile(await remuxed('clip.flv', 'ts'))
    const known = new Set(readTransportStream(file).frames.map(identity))
    for (const seed of [1, 2, 3]) {
      const random = seededRandom(seed)
      const left = splitPackets(file).filter(() => random() >= 0.05)
      const { frames } = readTransportStream(Buffer.concat(left))
      assert.ok(frames.every(frame => known.has(identity(frame))))
      assert.ok(frames.length > 50, `${frames.length} of ${known.size}`)
    }
  })
})

function readTransportStream(file: Uint8Array): Demuxed {
  const { demuxer, frames } = demux(file, 10_007)
  return { tracks: demuxer.tracks, frames }
}

/** FFmpeg puts the SEI of x265, which stands in the configuration, in front of each key frame. */
function withoutSei(frame: Frame): Frame {
  if (frame.track.codec !== 'h265') return frame
  const units = decodeLengthPrefixed(frame.payload, 4, 'h265')
  return { ...frame, payload: encodeLengthPrefixed(units.filter(unit => h265NalUnitType(unit) !== prefixSei)) }
}

const prefixSei = 39

function identity({ track, dts, pts, payload }: Frame): string {
  return [track.id, dts, pts, md5(payload)].join()
}

describe('mp4', () => {
  const clips = [
    ...(['clip.mp4', 'clip.flv', 'mp3.flv', 'audio.flv', 'hevc.flv', 'av1-ac3.flv', 'h264-eac3.flv'] as const),
    ...(['hevc-opus.mkv', 'av1-flac.mkv', 'vp9-ac3.mkv', 'vp9-opus.flv'] as const),
  ]
  for (const name of clips) {
    test(`${name} of FFmpeg is read as FFmpeg reads it`, async () => {
      const path = await remuxed(name, 'mp4')
      await assertAsFfmpeg(path, await readMp4(await readFile(path)))
    })
  }

  for (const [name, flags] of [
    ['with its moov in front', '+faststart'],
    ['in fragments', '+frag_keyframe+empty_moov+default_base_moof'],
    ['in fragments without default base', '+frag_keyframe+empty_moov'],
    ['in fragments of one track each', '+frag_keyframe+empty_moov+separate_moof'],
    ['in fragments behind samples', '+frag_keyframe'],
    ['with negative composition offsets', '+negative_cts_offsets'],
  ] as const) {
    test(`a file of FFmpeg ${name} is read as FFmpeg reads it`, async () => {
      const path = await remuxed('clip.mp4', 'mp4', ['-movflags', flags])
      const { tracks, frames } = await readMp4(await readFile(path))
      await assertAsFfmpeg(path, { tracks, frames })
    })
  }

  test('CMAF of FFmpeg, whose composition offsets are negative, is shown as FFmpeg shows it', async () => {
    const path = await remuxed('clip.mp4', 'mp4', ['-movflags', '+cmaf+frag_keyframe'])
    const { frames } = await readMp4(await readFile(path))
    assert.ok(frames.every(({ dts, pts }) => dts <= pts))
    // FFmpeg moves the pictures of such fragments, and not the sound: they are compared alone.
    const pictures = (list: readonly Frame[]): readonly string[] => {
      const video = list.filter(({ track }) => track.kind === 'video')
      return video.map(({ pts, payload }) => `${pts - (video[0]?.pts ?? 0)} ${md5(payload)}`)
    }
    assert.deepEqual(pictures(frames), pictures((await probeClip(path)).frames))
  })

  test('QuickTime of FFmpeg is read as FFmpeg reads it', async () => {
    const path = await remuxed('clip.mp4', 'mov')
    await assertAsFfmpeg(path, await readMp4(await readFile(path)))
  })

  for (const muxer of ['mp4mux', 'mp4mux fragment-duration=500', 'qtmux faststart=true']) {
    test(`${muxer} of GStreamer is read as FFmpeg reads it`, async () => {
      const path = join(folder, `${muxer}.mp4`.replaceAll(' ', '-'))
      const video =
        'videotestsrc num-buffers=120 ! video/x-raw,width=160,height=120,framerate=25/1 ! x264enc bframes=2 key-int-max=25 ! h264parse ! m.'
      const audio = 'audiotestsrc num-buffers=200 ! audio/x-raw,rate=48000,channels=2 ! voaacenc ! m.'
      const pipeline = `${muxer} name=m ! filesink location=${path} ${video} ${audio}`
      await using gstreamer = startPeer('gst-launch-1.0', ['-q', ...pipeline.split(' ')])
      await gstreamer.untilDone()
      await assertAsFfmpeg(path, await readMp4(await readFile(path)))
    })
  }

  test('a recording of ours that was not completed is read up to the last whole sample', async () => {
    const source = await probeClip(await clip('clip.flv'))
    const { growing } = recordClip(mp4Format, source)
    for (const size of [growing.length, growing.length - 1, Math.floor(growing.length / 2)]) {
      const { frames } = await readMp4(growing.subarray(0, size))
      for (const kind of ['video', 'audio'] as const) {
        const is = frames.filter(({ track }) => track.kind === kind).map(({ payload }) => md5(payload))
        const was = source.frames.filter(({ track }) => track.kind === kind).map(({ payload }) => md5(payload))
        assert.deepEqual(is, was.slice(0, is.length))
        assert.ok(is.length >= (was.length * size) / growing.length - 60, `${is.length} frames of ${size} bytes`)
      }
    }
  })
})
