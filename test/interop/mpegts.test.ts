import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { moveCue } from '../../src/formats/mpegts/splice-info.ts'
import type { Frame } from '../../src/media/frame.ts'
import type { Track } from '../../src/media/track.ts'
import { tsFormat } from '../../src/recorder/ts-recording.ts'
import { type ClipName, clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { type ListedFrame, type ListedTrack, parseFrameList } from '../support/frame-list.ts'
import { type ProbedClip, probeClip } from '../support/probed-clip.ts'
import { recordClip } from '../support/record-clip.ts'
import { demux } from '../support/ts-fixture.ts'
import { continuityErrors, longestDistance, tsPackets } from '../support/ts-packets.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-mpegts-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

/**
 * Filters of FFmpeg that bring what TS and what other containers hold to one form: Annex B without delimiters and
 * parameter sets, whose places differ.
 */
const pictureForms: Readonly<Record<string, string>> = {
  h264: 'h264_mp4toannexb,filter_units=remove_types=7-9',
  // The SEI of x265 stands in the configuration and not in TS.
  h265: 'hevc_mp4toannexb,filter_units=remove_types=32-35|39',
}

/** Times in milliseconds. */
async function list(file: string, { tracks }: ProbedClip, isTs: boolean): Promise<readonly ListedTrack[]> {
  const carried = tracks.filter(tsFormat.carries)
  const lists = carried.map(async track => {
    const form = pictureForms[track.codec] ?? (isTs && track.codec === 'aac' ? 'aac_adtstoasc' : 'null')
    const kind = track.kind === 'video' ? 'v' : 'a'
    const args = ['-map', `0:${kind}`, '-c', 'copy', '-copyts', `-bsf:${kind}`, form, '-f', 'framemd5', '-']
    await using ffmpeg = startPeer('ffmpeg', ['-v', isTs ? 'warning' : 'error', '-i', file, ...args])
    const { stdout, stderr } = await ffmpeg.untilDone()
    assert.equal(stderr, '')
    const { video, audio } = parseFrameList(stdout.toString())
    const { frames, extradata, timescale } = video ?? audio ?? { frames: [], extradata: undefined, timescale: 1000 }
    const inMilliseconds = (time: number): number => (1000 * time) / timescale
    return {
      extradata,
      timescale: 1000,
      frames: frames.map(frame => ({ ...frame, pts: inMilliseconds(frame.pts), dts: inMilliseconds(frame.dts) })),
    }
  })
  return Promise.all(lists)
}

/** All times of all tracks differ by one constant, as exactly as milliseconds are rounded. */
function assertSameTimes(is: readonly ListedTrack[], was: readonly ListedTrack[]): void {
  const spans = is.flatMap((track, index) =>
    track.frames.map((frame, number) => frame.pts - (was[index]?.frames[number]?.pts ?? Number.NaN)),
  )
  assert.ok(Math.max(...spans) - Math.min(...spans) <= 2, `${Math.min(...spans)} to ${Math.max(...spans)} ms`)
}

for (const name of [
  'clip.flv',
  'mp3.flv',
  'audio.flv',
  'hevc-opus.mkv',
  'vp9-ac3.mkv',
  'vp8-eac3.mkv',
] as const satisfies readonly ClipName[]) {
  describe(`mpegts: ${name}`, () => {
    test('FFmpeg reads the frames and times that went in', async () => {
      const source = await probeClip(await clip(name))
      const file = await write(`${name}.ts`, recordClip(tsFormat, source).complete)
      const [is, was] = [await list(file, source, true), await list(await clip(name), source, false)]
      assert.ok(is.length > 0)
      for (const [index, track] of is.entries()) {
        assert.deepEqual(track.frames.map(hash), was[index]?.frames.map(hash))
      }
      assertSameTimes(is, was)
    })

    test('counters, clock and tables keep their rules', async () => {
      const source = await probeClip(await clip(name))
      const packets = tsPackets(recordClip(tsFormat, source).complete)
      assert.deepEqual(continuityErrors(packets), [])
      assert.ok(longestDistance(packets, ({ pcr }) => pcr !== undefined) <= 40)
      assert.ok(longestDistance(packets, ({ pid }) => pid === 0) <= 100)
      assert.ok(longestDistance(packets, ({ pid }) => pid === 0x1000) <= 100)
    })
  })
}

test('mpegts: every key frame is one for FFmpeg, at its time', async () => {
  const source = await probeClip(await clip('clip.flv'))
  const file = await write('keys.ts', recordClip(tsFormat, source).complete)
  const flags = (await probeClip(file)).frames.filter(({ track }) => track.kind === 'video').map(({ isKey }) => isKey)
  assert.deepEqual(
    flags,
    source.frames.filter(({ track }) => track.kind === 'video').map(({ isKey }) => isKey),
  )
})

test('mpegts: GStreamer reads the sound that went in', async () => {
  const source = await probeClip(await clip('clip.flv'))
  const file = await write('gstreamer.ts', recordClip(tsFormat, source).complete)
  const output = join(folder, 'sound.aac')
  const form = ['aacparse', '!', 'audio/mpeg,stream-format=raw', '!', 'filesink', `location=${output}`]
  const pipeline = ['filesrc', `location=${file}`, '!', 'tsdemux', '!', ...form]
  await using gstreamer = startPeer('gst-launch-1.0', ['-q', ...pipeline])
  await gstreamer.untilDone()
  const payloads = source.frames.filter(({ track }) => track.codec === 'aac').map(({ payload }) => payload)
  assert.ok((await readFile(output)).equals(Buffer.concat(payloads)))
})

test('mpegts: AV1 comes back as FFmpeg has it in Matroska', async () => {
  const source = await probeClip(await clip('av1-flac.mkv'))
  const { frames } = demux(recordClip(tsFormat, source).complete)
  const gist = ({ isKey, payload }: Frame): unknown => [isKey, Buffer.from(payload).toString('base64')]
  assert.deepEqual(frames.map(gist), source.frames.filter(({ track }) => track.codec === 'av1').map(gist))
})

/** SPATSCAL_A_4 of ITU-T H.266.1 as FFmpeg 7.1 muxes it to MP4. No encoder of H.266 is at hand: the picture is a stub. */
const h266Record =
  'ff00755f012266c0000000b000900000038e0001001c007110b403c72300002266c000004142a3c7c05880c15805240232b28f000100640079' +
  '010d2266c000402c40488d4017c8b912913591984d958c10209e0868b88888897c4444ba888897711112e48888972c4444b9a22225cf11115b' +
  'f27e5ff2fea5fdcbf925fcb2fe697f3cbf8897d444bee225f2444be58897cd112f9e22e3fbebb188109000010010008100002c40488a420097' +
  'b216596200'

test('mpegts: FFmpeg finds H.266', async () => {
  const track: Track = {
    id: 0,
    kind: 'video',
    index: 0,
    codec: 'h266',
    codecLabel: 'H.266',
    generation: 0,
    timescale: 1000,
    config: Buffer.from(h266Record, 'hex'),
  }
  const payload = Buffer.from('000000040039c400', 'hex')
  const frames = [0, 40, 80].map((dts): Frame => ({ track, dts, pts: dts, isKey: true, payload }))
  const file = await write('h266.ts', recordClip(tsFormat, { tracks: [track], frames }).complete)
  assert.equal((await probeClip(file)).tracks[0]?.codec, 'h266')
})

/** SCTE 35 §14.1: time_signal. */
const cue =
  'fc3034000000000000fffff00506fe72bd0050001e021c435545494800008e7fcf0001a599b00808000000002ca0a18a3402009ac9d17e'

test('mpegts: FFmpeg finds cues and metadata beside sound and picture', async () => {
  const source = await probeClip(await clip('clip.flv'))
  const data = (id: number, codec: 'klv' | 'id3' | 'scte35'): Track => {
    return { id, kind: 'data', index: id, codec, codecLabel: codec, generation: 0, timescale: 1000, config: undefined }
  }
  const [klv, scte35, id3] = [data(2, 'klv'), data(3, 'scte35'), { ...data(4, 'id3'), language: 'deu' }]
  const payload = Buffer.from('060e2b34020b01010e0103010100000002ab00', 'hex')
  // ID3v2.4 with TIT2 "live".
  const tag = Buffer.from('4944330400000000000f' + '544954320000000500000' + '36c697665', 'hex')
  const beside = [1000, 2000].flatMap((dts): Frame[] => [
    { track: klv, dts, pts: dts, isKey: true, payload },
    { track: scte35, dts, pts: dts, isKey: true, payload: Buffer.from(cue, 'hex') },
    { track: id3, dts, pts: dts, isKey: true, payload: tag },
  ])
  const frames = [...source.frames, ...beside].toSorted((a, b) => a.dts / a.track.timescale - b.dts / b.track.timescale)
  const file = await write(
    'data.ts',
    recordClip(tsFormat, { tracks: [...source.tracks, klv, scte35, id3], frames }).complete,
  )

  const show = [
    '-show_entries',
    'stream=codec_name:stream_tags=language:packet=codec_type,size',
    '-select_streams',
    'd',
    '-of',
    'csv=p=0',
    file,
  ]
  await using ffprobe = startPeer('ffprobe', ['-v', 'error', ...show])
  const printed = (await ffprobe.untilDone()).stdout.toString()
  for (const fact of ['klv', 'scte_35', 'timed_id3,deu', 'data,19', 'data,55', 'data,25'])
    assert.ok(printed.includes(fact), printed)

  const read = demux(await readFile(file)).frames.filter(({ track }) => track.kind === 'data')
  assert.deepEqual(
    read.map(({ track }) => track.codec),
    ['klv', 'scte35', 'id3', 'klv', 'scte35', 'id3'],
  )
  // The pictures are half a second later in a transport stream, and so are the moments of the cues.
  assert.deepEqual(moveCue(read[1]?.payload ?? payload, -45_000), new Uint8Array(Buffer.from(cue, 'hex')))
})

test('mpegts: cut off anywhere, FFmpeg reads it up to there', async () => {
  const source = await probeClip(await clip('clip.flv'))
  const { growing, complete } = recordClip(tsFormat, source)
  const [all] = await list(await write('whole.ts', complete), source, true)
  for (const size of [growing.length, 150_001, 77_777]) {
    const cut = await write(`cut-${size}.ts`, growing.subarray(0, size))
    // The last picture is a part of one.
    const hashes = (await probeClip(cut)).frames.filter(({ track }) => track.kind === 'video').length
    assert.ok(hashes >= Math.floor(((all?.frames.length ?? 0) * size) / growing.length) - 12, `${hashes} at ${size}`)
  }
})

const hash = (frame: ListedFrame): string => frame.hash
