import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../scripts/project.mjs'
import { startPeer } from './peers.ts'

/** 10 s of a moving test picture, 320x240 at 25 fps, with a tone. */
const source = [
  ...['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=25:duration=10'],
  ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100:duration=10'],
]

/** B-frames, a keyframe each second, and the same bytes on each run of one FFmpeg. */
const h264 = [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-pix_fmt', 'yuv420p'],
  ...['-bf', '2', '-g', '25', '-sc_threshold', '0', '-threads', '1', '-flags:v', '+bitexact'],
]
const aac = ['-c:a', 'aac', '-b:a', '96k', '-ac', '2', '-flags:a', '+bitexact']
const mp3 = ['-c:a', 'libmp3lame', '-b:a', '96k', '-ac', '2', '-flags:a', '+bitexact']

const hevc = [
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-x265-params',
  'keyint=25:min-keyint=25:scenecut=0:bframes=2:pools=1',
]
const av1 = ['-c:v', 'libsvtav1', '-preset', '12', '-g', '25', '-pix_fmt', 'yuv420p']
/**
 * Frames in their order, without hints of it, which mpegts.js 1.8.2 takes for something else at key frames of transport
 * streams.
 */
const plainAv1 = [
  ...['-c:v', 'libaom-av1', '-usage', 'realtime', '-cpu-used', '8', '-b:v', '300k', '-g', '25', '-pix_fmt', 'yuv420p'],
  ...['-aom-params', 'enable-order-hint=0'],
]
const vp9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '300k', '-g', '25']
const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '300k', '-g', '25']

const twoOfEach = ['-map', '0:v', '-map', '0:v', '-map', '1:a', '-map', '1:a']

const recipes = {
  'clip.mp4': [...h264, ...aac],
  'clip.flv': [...h264, ...aac],
  'small.flv': [...h264, '-s', '160x120', ...aac],
  'mp3.flv': [...h264, ...mp3],
  'video.flv': [...h264, '-an'],
  'audio.flv': [...aac, '-vn'],
  /** Sound for a third of a second in each two. */
  'sparse-sound.flv': [...h264, ...aac, '-af', 'aselect=lt(mod(t\\,2)\\,0.3)'],
  /** None for four seconds. */
  'silence.flv': [...h264, ...aac, '-af', 'aselect=not(between(t\\,5.3\\,9.3))'],
  'slow-pictures.flv': [...h264, ...aac, '-r', '2', '-g', '2'],
  'hevc.flv': [...hevc, ...aac],
  /** Codecs that the server does not take apart. */
  'sorenson.flv': ['-c:v', 'flv', '-g', '25', '-flags:v', '+bitexact', '-c:a', 'adpcm_swf', '-ac', '1'],
  'av1.flv': [...av1, ...aac],
  'plain-av1.flv': [...plainAv1, ...aac],
  'vp9.flv': [...vp9, ...aac],
  'vp9-opus.flv': [...vp9, '-c:a', 'libopus', '-b:a', '64k'],
  'hevc-flac.flv': [...hevc, '-c:a', 'flac', '-strict', '-2'],
  'av1-ac3.flv': [...av1, '-c:a', 'ac3'],
  'h264-eac3.flv': [...h264, '-c:a', 'eac3'],
  'multitrack.flv': [...twoOfEach, ...h264, '-s:v:1', '160x120', '-c:a:0', 'aac', '-c:a:1', 'libopus'],
  'h264-flac.mkv': [...h264, '-c:a', 'flac', '-ac', '2'],
  'h264-ac3.mkv': [...h264, '-c:a', 'ac3', '-b:a', '96k', '-ac', '2'],
  'two-sounds.mkv': [...['-map', '0:v', '-map', '1:a', '-map', '1:a'], ...h264, ...aac, '-c:a:1', 'ac3'],
  'hevc-opus.mkv': [...hevc, '-c:a', 'libopus', '-b:a', '64k'],
  'av1-flac.mkv': [...av1, '-c:a', 'flac', '-ac', '2'],
  'vp9-ac3.mkv': [...vp9, '-c:a', 'ac3', '-b:a', '96k', '-ac', '2'],
  'vp8-eac3.mkv': [...vp8, '-c:a', 'eac3', '-b:a', '96k', '-ac', '2'],
} as const

export type ClipName = keyof typeof recipes

/** Clips that FFmpeg 7.1 cannot write. */
const clipsOfFfmpeg9: readonly ClipName[] = [
  'vp9-opus.flv',
  'hevc-flac.flv',
  'av1-ac3.flv',
  'h264-eac3.flv',
  'multitrack.flv',
]

/** Clips that tests of this process have asked for: several that run at one time make each once. */
const asked = new Map<ClipName, Promise<string>>()

/** Path of a clip that FFmpeg encoded; made on first use, and again when its recipe changes. */
export function clip(name: ClipName): Promise<string> {
  const path = asked.get(name) ?? makeClip(name)
  asked.set(name, path)
  return path
}

async function makeClip(name: ClipName): Promise<string> {
  const args = [...source, ...recipes[name], '-fflags', '+bitexact', '-shortest']
  const folder = join(projectRoot, '.cache', 'fixtures', createHash('sha256').update(args.join(' ')).digest('hex'))
  const path = join(folder, name)
  if (existsSync(path)) return path

  mkdirSync(folder, { recursive: true })
  const unfinished = join(folder, `${process.pid}-${name}`)
  await using ffmpeg = startPeer(ffmpegFor(name), ['-y', ...args, unfinished])
  await ffmpeg.untilDone()
  renameSync(unfinished, path)
  return path
}

/** The program that reads and writes a clip. */
export function ffmpegFor(name: ClipName): 'ffmpeg' | 'ffmpeg-9' {
  return clipsOfFfmpeg9.includes(name) ? 'ffmpeg-9' : 'ffmpeg'
}
