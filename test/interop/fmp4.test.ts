import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { encodeVp8CodecConfiguration } from '../../src/codecs/vp8/codec-configuration.ts'
import { encodeVp9CodecConfiguration } from '../../src/codecs/vp9/codec-configuration.ts'
import { mp4Format } from '../../src/recorder/mp4-recording.ts'
import { type ClipName, clip } from '../peers/clips.ts'
import { framesOf } from '../support/ffmpeg-peers.ts'
import { hashes, type ListedTrack } from '../support/frame-list.ts'
import { duration, firstAfterSeek, pictureAt } from '../support/media-facts.ts'
import { readMp4 } from '../support/mp4-file.ts'
import { type ProbedClip, probeClip } from '../support/probed-clip.ts'
import { batchFrames, type RecordedClip, recordClip } from '../support/record-clip.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-fmp4-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

/** The clip as its publisher's protocol tells it: with a configuration made of the first key frame where files have none. */
async function clipOf(name: ClipName): Promise<ProbedClip> {
  const { tracks, frames } = await probeClip(await clip(name))
  const told = tracks.map(track => {
    const first = frames.find(frame => frame.track === track)?.payload ?? new Uint8Array()
    const encode = { vp8: encodeVp8CodecConfiguration, vp9: encodeVp9CodecConfiguration }[track.codec as 'vp8' | 'vp9']
    return encode === undefined ? track : { ...track, config: encode(first) }
  })
  return { tracks: told, frames: frames.map(frame => ({ ...frame, track: told[frame.track.id] ?? frame.track })) }
}

const clips = [
  { name: 'clip.flv', codecs: ['avc1.64000d', 'mp4a.40.2'] },
  { name: 'mp3.flv', codecs: ['avc1.64000d', 'mp4a.6b'] },
  { name: 'hevc-opus.mkv', codecs: ['hvc1.1.6.L60.90', 'Opus'] },
  { name: 'av1-flac.mkv', codecs: ['av01.0.00M.08', 'fLaC'] },
  { name: 'vp9-ac3.mkv', codecs: ['vp09.00.20.08', 'ac-3'] },
  { name: 'vp8-eac3.mkv', codecs: ['vp08.00.20.08', 'ec-3'] },
] as const satisfies readonly { name: ClipName; codecs: readonly string[] }[]

for (const { name, codecs } of clips) {
  describe(`fmp4: ${name}`, () => {
    let source: ProbedClip
    let recorded: RecordedClip
    let path: string
    beforeAll(async () => {
      source = await clipOf(name)
      recorded = recordClip(mp4Format, source)
      path = await write(`${name}.mp4`, recorded.complete)
    })

    test('FFmpeg reads the frames, configurations and times that went in', async () => {
      const [is, was] = [await framesOf(path), await framesOf(await clip(name))]
      const offsets = [...assertSameFrames(is.video, was.video), ...assertSameFrames(is.audio, was.audio)]
      const [earliest, latest] = [Math.min(...offsets), Math.max(...offsets)]
      assert.ok(latest - earliest <= 1.1, `times differ by ${earliest} to ${latest} ms`)
    })

    test('mp4box.js reads the same samples, each where the one before ends', () => {
      const tracks = readMp4(recorded.complete)
      assert.deepEqual(
        tracks.map(({ codec }) => codec),
        codecs,
      )
      for (const { id, samples } of tracks) {
        const frames = source.frames.filter(({ track }) => track.id + 1 === id)
        assert.deepEqual(
          samples.map(({ is_sync }) => is_sync),
          frames.map(({ isKey }) => isKey),
        )
        assert.ok(samples.every(({ data }, i) => Buffer.from(data ?? []).equals(frames[i]?.payload ?? Buffer.of())))
        const ends = samples.map(sample => sample.dts + sample.duration)
        assert.deepEqual(
          samples.slice(1).map(({ dts }) => dts),
          ends.slice(0, -1),
        )
      }
    })

    test('a seek finds the key frame before, and the file says how long it is', async () => {
      const file = await clip(name)
      for (const seconds of [1.5, 4.52, 8.9])
        assert.equal(await firstAfterSeek(path, seconds), await firstAfterSeek(file, seconds), `at ${seconds} s`)
      const [is, was] = [await duration(path), await duration(file)]
      assert.ok(Math.abs(is - was) < 0.1, `${is} s, was ${was} s`)
    })
  })
}

test('fmp4: a seek shows the picture that reading shows', async () => {
  const path = await write('pictures.mp4', recordClip(mp4Format, await clipOf('clip.flv')).complete)
  for (const seconds of [1, 4.52, 9])
    assert.equal(await pictureAt(path, seconds, 'seek'), await pictureAt(path, seconds, 'read'), `at ${seconds} s`)
})

test('fmp4: a file that was never completed plays up to the last write', async () => {
  const source = await clipOf('clip.flv')
  const { writes, complete } = recordClip(mp4Format, source)
  const all = (await framesOf(await write('whole.mp4', complete))).video?.frames ?? []
  for (const count of [1, 2, Math.floor(writes.length / 2), writes.length]) {
    const { video } = await framesOf(await write(`cut-${count}.mp4`, Buffer.concat(writes.slice(0, count))))
    const pictures = hashes(video?.frames ?? [])
    const written = source.frames.slice(0, count * batchFrames).filter(({ track }) => track.kind === 'video').length
    // The newest picture waits for the one that tells how long it lasts.
    assert.equal(pictures.length, written - 1)
    assert.deepEqual(pictures, hashes(all.slice(0, pictures.length)))
  }
})

test('fmp4: a write that was cut short costs the frames that it has not, and no others', async () => {
  const { growing, complete } = recordClip(mp4Format, await clipOf('clip.flv'))
  const all = (await framesOf(await write('whole.mp4', complete))).video?.frames ?? []
  const path = await write('cut.mp4', growing.subarray(0, growing.lastIndexOf('mdat') + 2000))
  // FFmpeg hands out what there is of the frame in which the file ends.
  const pictures = hashes((await framesOf(path)).video?.frames ?? []).slice(0, -1)
  assert.ok(pictures.length > 230, `${pictures.length} pictures`)
  assert.deepEqual(pictures, hashes(all.slice(0, pictures.length)))
})

/** Returns by how many milliseconds the times of each frame differ: sound whose source counts these may be one off. */
function assertSameFrames(is: ListedTrack | undefined, was: ListedTrack | undefined): readonly number[] {
  assert.ok(is !== undefined && was !== undefined && was.frames.length > 0)
  assert.deepEqual(hashes(is.frames), hashes(was.frames))
  if (was.extradata !== undefined) assert.equal(is.extradata, was.extradata)
  return is.frames.map(({ pts }, i) => (1000 * pts) / is.timescale - (1000 * (was.frames[i]?.pts ?? 0)) / was.timescale)
}
