import type { Frame } from '../../src/media/frame.ts'
import type { Codec, Track } from '../../src/media/track.ts'
import { startPeer } from '../peers/peers.ts'

/** A file as ffprobe reads it: the tracks that it tells, and their packets as frames, in the order of the file. */
export type ProbedClip = { readonly tracks: readonly Track[]; readonly frames: readonly Frame[] }

type ProbedStream = {
  readonly index: number
  readonly codec_type: 'video' | 'audio'
  readonly codec_name: string
  readonly time_base: string
  readonly extradata?: string
  readonly width?: number
  readonly height?: number
  readonly sample_rate?: string
  readonly channels?: number
}

type ProbedPacket = {
  readonly stream_index: number
  readonly pts: number
  readonly dts?: number
  readonly flags: string
  readonly data: string
}

const codecs: Readonly<Record<string, Codec>> = {
  h264: 'h264',
  hevc: 'h265',
  vvc: 'h266',
  av1: 'av1',
  vp8: 'vp8',
  vp9: 'vp9',
  aac: 'aac',
  mp3: 'mp3',
  opus: 'opus',
  flac: 'flac',
  ac3: 'ac3',
  eac3: 'eac3',
}

/** Take a file apart with ffprobe, so that a muxer can be tested with the frames of codecs that no FLV can bring. */
export async function probeClip(path: string): Promise<ProbedClip> {
  const what = ['-show_streams', '-show_packets', '-show_data', '-of', 'json']
  await using ffprobe = startPeer('ffprobe', ['-v', 'error', ...what, path])
  const { streams, packets } = JSON.parse((await ffprobe.untilDone()).stdout.toString()) as {
    readonly streams: readonly ProbedStream[]
    readonly packets: readonly ProbedPacket[]
  }
  const tracks = streams.map(trackOf)
  return { tracks, frames: withDecodeTimes(packets).map(packet => frameOf(packet, tracks)) }
}

function trackOf(stream: ProbedStream): Track {
  const { index, codec_type: kind, codec_name: name, width, height, sample_rate: rate, channels } = stream
  const codec = codecs[name]
  if (codec === undefined) throw new Error(`Cannot take a clip apart: no track carries ${name}`)
  return {
    id: index,
    kind,
    index: 0,
    codec,
    codecLabel: name,
    generation: 0,
    timescale: Number(stream.time_base.split('/')[1]),
    config: configOf(codec, stream.extradata),
    ...(width !== undefined && height !== undefined && { video: { width, height } }),
    ...(rate !== undefined && { audio: { sampleRate: Number(rate), channels: channels ?? 0 } }),
  }
}

function configOf(codec: Codec, extradata: string | undefined): Uint8Array | undefined {
  if (extradata === undefined || codec === 'vp9') return undefined
  const bytes = bytesOf(extradata)
  // FFmpeg keeps the STREAMINFO alone; RFC 9639 §6 puts the signature and the head of the last block before it.
  return codec === 'flac' ? Buffer.concat([Buffer.from('664c614380000022', 'hex'), bytes]) : bytes
}

type TimedPacket = ProbedPacket & { readonly dts: number }

/** Matroska has no decode times, and FFmpeg does not know them for the first pictures: they count back from the others. */
function withDecodeTimes(packets: readonly ProbedPacket[]): readonly TimedPacket[] {
  return packets.map((packet, number) => {
    if (packet.dts !== undefined) return { ...packet, dts: packet.dts }
    const later = packets.slice(number).filter(other => other.stream_index === packet.stream_index)
    const missing = later.findIndex(other => other.dts !== undefined)
    const [first = packet.pts, second = first] = later.slice(missing).map(other => other.dts ?? 0)
    return { ...packet, dts: first - missing * (second - first) }
  })
}

function frameOf({ stream_index, pts, dts, flags, data }: TimedPacket, tracks: readonly Track[]): Frame {
  const track = tracks[stream_index]
  if (track === undefined) throw new Error(`Cannot take a clip apart: there is no stream ${stream_index}`)
  return { track, dts, pts, isKey: flags.startsWith('K'), payload: bytesOf(data) }
}

/** `00000000: 0011 2233 …  .."3…` per line, 16 bytes each. */
function bytesOf(dump: string): Uint8Array {
  const lines = dump.split('\n').filter(line => line !== '')
  return Buffer.concat(lines.map(line => Buffer.from(line.slice(10, 49).replaceAll(' ', ''), 'hex')))
}
