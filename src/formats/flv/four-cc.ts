import type { AudioCodec, VideoCodec } from '../../media/track.ts'

/** FourCCs of Enhanced RTMP: four ASCII characters, big-endian. Source: Enhanced RTMP v2, VideoFourCc and AudioFourCc. */
export const videoFourCcs: Readonly<Record<VideoCodec, string>> = {
  h264: 'avc1',
  h265: 'hvc1',
  h266: 'vvc1',
  av1: 'av01',
  vp8: 'vp08',
  vp9: 'vp09',
}

export const audioFourCcs: Readonly<Record<AudioCodec, string>> = {
  aac: 'mp4a',
  mp3: '.mp3',
  opus: 'Opus',
  flac: 'fLaC',
  ac3: 'ac-3',
  eac3: 'ec-3',
}

export const fourCcSize = 4

const codesByCodec = new Map(
  Object.entries({ ...videoFourCcs, ...audioFourCcs }).map(([codec, text]) => [codec, fourCcCode(text)]),
)
const videoCodecs = codecsByCode(videoFourCcs)
const audioCodecs = codecsByCode(audioFourCcs)

/** The FourCC as the number that its four bytes make up. */
export function fourCcOf(codec: VideoCodec | AudioCodec): number {
  return codesByCodec.get(codec) as number
}

export function videoCodecOf(fourCc: number): VideoCodec | undefined {
  return videoCodecs.get(fourCc)
}

export function audioCodecOf(fourCc: number): AudioCodec | undefined {
  return audioCodecs.get(fourCc)
}

/** A FourCC for people: what is not printable ASCII becomes `?`. */
export function fourCcLabel(fourCc: number): string {
  const bytes = [fourCc >>> 24, (fourCc >>> 16) & 0xff, (fourCc >>> 8) & 0xff, fourCc & 0xff]
  return String.fromCharCode(...bytes).replace(/[^\x20-\x7e]/g, '?')
}

function fourCcCode(text: string): number {
  return Buffer.from(text, 'latin1').readUInt32BE()
}

function codecsByCode<Codec extends string>(fourCcs: Readonly<Record<Codec, string>>): ReadonlyMap<number, Codec> {
  const entries = Object.entries<string>(fourCcs) as [Codec, string][]
  return new Map(entries.map(([codec, text]) => [fourCcCode(text), codec]))
}
