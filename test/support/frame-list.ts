import assert from 'node:assert/strict'

export type ListedFrame = {
  readonly dts: number
  readonly pts: number
  readonly size: number
  readonly hash: string
}

/** One stream of a file as FFmpeg's framemd5 lists it. */
export type ListedTrack = {
  /** FFmpeg's name of it. */
  readonly codec?: string | undefined
  /** Hash of the codec's configuration; `undefined` if the codec needs none. */
  readonly extradata: string | undefined
  /** Ticks per second of the times. */
  readonly timescale: number
  readonly frames: readonly ListedFrame[]
}

export type FrameList = { readonly video: ListedTrack | undefined; readonly audio: ListedTrack | undefined }

/**
 * Read what `-f framemd5` prints: for each frame stream, dts, pts, duration, size, hash.
 *
 * @see FFmpeg, libavformat/framehash.c
 */
export function parseFrameList(text: string): FrameList {
  const lines = text.split('\n')
  const track = (kind: 'video' | 'audio'): ListedTrack | undefined => {
    const index = /^#media_type (\d+): /.exec(lines.find(line => line.endsWith(`: ${kind}`)) ?? '')?.[1]
    return index === undefined ? undefined : trackOf(lines, index)
  }
  return { video: track('video'), audio: track('audio') }
}

/** All tracks of the list, in their order. */
export function parseTracks(text: string): readonly ListedTrack[] {
  const lines = text.split('\n')
  return [...text.matchAll(/^#media_type (\d+): /gm)].map(([, index = '']) => trackOf(lines, index))
}

function trackOf(lines: readonly string[], index: string): ListedTrack {
  const extradata = lines.find(line => line.startsWith(`#extradata ${index}:`))
  const rows = lines.filter(line => line.startsWith(`${index},`)).map(line => line.split(',').map(cell => cell.trim()))
  return {
    codec: lines.find(line => line.startsWith(`#codec_id ${index}: `))?.split(': ')[1],
    extradata: extradata?.split(',').at(-1)?.trim(),
    timescale: Number(lines.find(line => line.startsWith(`#tb ${index}: `))?.split('/')[1]),
    // FFmpeg 9 reads an empty frame where sound with a channel order comes before pictures, in FLV files of its own, too.
    frames: rows.map(listedFrame).filter(({ size }) => size > 0),
  }
}

function listedFrame([, dts, pts, , size, hash = '']: readonly string[]): ListedFrame {
  return { dts: Number(dts), pts: Number(pts), size: Number(size), hash }
}

/** Pictures between two key frames of the clips. */
const gop = 25

/**
 * Assert that a player has received what was sent, byte for byte, from a key frame on up to the end, and that all its
 * times differ from the sent ones by one constant. Returns how many pictures, or else sounds, it came too late for.
 */
export function assertReceived(received: FrameList, sent: FrameList): number {
  return assertMatch(received, sent, (is, was) => was.slice(was.length - is.length))
}

/** The same for a player that was cut off before the end. */
export function assertReceivedPart(received: FrameList, sent: FrameList): number {
  return assertMatch(received, sent, (is, was) => {
    const from = Math.max(0, placeOf(is, was))
    return was.slice(from, from + is.length)
  })
}

/** Where all of the frames stand one after the other in those that were sent, which may repeat; -1 if they do not. */
export function placeOf(is: readonly ListedFrame[], was: readonly ListedFrame[]): number {
  return was.findIndex((_, at) => is.every(({ hash }, i) => was[at + i]?.hash === hash))
}

/** Finds the sent frames that a player must have received. */
type PartOf = (is: readonly ListedFrame[], was: readonly ListedFrame[]) => readonly ListedFrame[]

function assertMatch(received: FrameList, sent: FrameList, partOf: PartOf): number {
  assert.ok(frameCount(received) > 0, 'nothing received')
  const video = matchTrack('video', received.video, sent.video, partOf)
  const audio = matchTrack('audio', received.audio, sent.audio, partOf)
  const spans = [...video.spans, ...audio.spans]
  const [earliest, latest] = [Math.min(...spans), Math.max(...spans)]
  assert.ok(latest - earliest <= 1, `times differ by ${earliest} to ${latest} ms`)

  assert.equal(video.skipped % gop, 0, `starts at picture ${video.skipped}, which is no key frame`)
  if (sent.video === undefined) return audio.skipped
  const keyTime = sent.video.frames[video.skipped]?.dts ?? 0
  const lastSkipped = sent.audio?.frames[audio.skipped - 1]?.dts ?? Number.NEGATIVE_INFINITY
  assert.ok(lastSkipped <= keyTime, `sound of ${lastSkipped} ms is missing, the key frame is at ${keyTime} ms`)
  return video.skipped
}

type TrackMatch = { readonly skipped: number; readonly spans: readonly number[] }

function matchTrack(
  kind: string,
  is: ListedTrack | undefined,
  was: ListedTrack | undefined,
  partOf: PartOf,
): TrackMatch {
  assert.equal(is?.extradata, was?.extradata, `configuration of ${kind}`)
  if (is === undefined || was === undefined) return { skipped: 0, spans: [] }
  const expected = partOf(is.frames, was.frames)
  const skipped = was.frames.findIndex(frame => frame === expected[0])
  assert.deepEqual(hashes(is.frames), hashes(expected), `${kind} after ${skipped} frames`)
  const spans = is.frames.flatMap(({ dts, pts }, i) => [dts - (expected[i]?.dts ?? 0), pts - (expected[i]?.pts ?? 0)])
  return { skipped, spans }
}

/** FFmpeg 9.0 sends STREAMINFO alone; players get the header that the specification asks for. */
export function withoutFlacHeader(list: FrameList): FrameList {
  const isFlac = list.audio?.codec === 'flac'
  return isFlac && list.audio ? { ...list, audio: { ...list.audio, extradata: undefined } } : list
}

/** Hashes of the frames of each track, in the order of the tracks. */
export function tracksOf(text: string): readonly (readonly string[])[] {
  const rows = text
    .split('\n')
    .filter(line => /^\d/.test(line))
    .map(line => line.split(',').map(cell => cell.trim()))
  const indices = [...new Set(rows.map(([index]) => Number(index)))].sort((a, b) => a - b)
  return indices.map(index => rows.filter(row => Number(row[0]) === index).map(row => row[5] ?? ''))
}

/** The times of players of RTMP. */
export function inMilliseconds({ video, audio }: FrameList): FrameList {
  const rescaled = (track: ListedTrack | undefined): ListedTrack | undefined => {
    const ms = (time: number): number => Math.round((time * 1000) / (track?.timescale ?? 1000))
    return (
      track && { ...track, frames: track.frames.map(frame => ({ ...frame, dts: ms(frame.dts), pts: ms(frame.pts) })) }
    )
  }
  return { video: rescaled(video), audio: rescaled(audio) }
}

export function frameCount({ video, audio }: FrameList): number {
  return (video?.frames.length ?? 0) + (audio?.frames.length ?? 0)
}

export function hashes(frames: readonly ListedFrame[]): readonly string[] {
  return frames.map(frame => frame.hash)
}
