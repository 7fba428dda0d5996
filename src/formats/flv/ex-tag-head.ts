import { rescale } from '../../core/time.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { soundFormats } from './codec-ids.ts'
import { audioPacketTypes } from './ex-audio-tag.ts'
import { compositionTimeSize, exVideoHeaderFlag, hasCompositionTime, videoPacketTypes } from './ex-video-tag.ts'
import type { FlvProfile, MediaCodec } from './flv-profile.ts'
import { fourCcOf, fourCcSize } from './four-cc.ts'
import { nanoOffsetSize, packetTypeModEx, writeNanoOffset } from './mod-ex.ts'
import { oneTrackHeadSize, writeOneTrackHead } from './one-track.ts'
import { temporalDelimiter } from './temporal-delimiter.ts'
import { frameTypes } from './video-packet.ts'

const millisecond = 1000

/** Bytes of the body of a coded frame in front of the frame's payload. */
export function exHeadSize(frame: Frame, profile: FlvProfile): number {
  const { track } = frame
  const offset = tellsNanoOffset(frame, profile) ? nanoOffsetSize : 0
  const composition =
    codedPacketType(frame) === videoPacketTypes.codedFrames && isComposed(track) ? compositionTimeSize : 0
  return 1 + offset + trackHeadSize(track) + composition + (track.isDelimited ? temporalDelimiter.length : 0)
}

/**
 * Write the head of the body of a coded frame, `exHeadSize(frame, profile)` bytes.
 *
 * @see Enhanced RTMP v2, ExVideoTagHeader, ExVideoTagBody, ExAudioTagHeader, ExAudioTagBody
 */
export function writeExHead(frame: Frame, profile: FlvProfile, into: Uint8Array, at: number): void {
  const { track, nanoOffset = 0 } = frame
  const packetType = codedPacketType(frame)
  const outerType = outerPacketType(track, packetType)
  const tellsOffset = tellsNanoOffset(frame, profile)
  into[at] = firstByte(
    track,
    frame.isKey ? frameTypes.key : frameTypes.inter,
    tellsOffset ? packetTypeModEx : outerType,
  )
  let next = at + 1
  if (tellsOffset) {
    writeNanoOffset(into, next, nanoOffset, outerType)
    next += nanoOffsetSize
  }
  writeTrackHead(track, packetType, into, next)
  next += trackHeadSize(track)
  if (packetType === videoPacketTypes.codedFrames && isComposed(track)) {
    const time = compositionTime(frame)
    into[next] = time >> 16
    into[next + 1] = time >> 8
    into[next + 2] = time
    next += compositionTimeSize
  }
  if (track.isDelimited) into.set(temporalDelimiter, next)
}

/** Encode a whole body that says something of a track beside its frames. */
export function encodeExBody(track: Track, packetType: number, data: Uint8Array): Uint8Array {
  const headSize = 1 + trackHeadSize(track)
  const body = new Uint8Array(headSize + data.length)
  // Readers are to ignore the frame type of metadata; FFmpeg 7.1 takes it for a picture unless it is this one.
  const frameType = packetType === videoPacketTypes.metadata ? frameTypes.command : frameTypes.key
  body[0] = firstByte(track, frameType, outerPacketType(track, packetType))
  writeTrackHead(track, packetType, body, 1)
  body.set(data, headSize)
  return body
}

/** The first track of a kind needs no multitrack message: it is the one that all readers know. */
function trackHeadSize({ index }: Track): number {
  return index === 0 ? fourCcSize : oneTrackHeadSize
}

function writeTrackHead({ index, codec }: Track, packetType: number, into: Uint8Array, at: number): void {
  const fourCc = fourCcOf(codec as MediaCodec)
  if (index > 0) return writeOneTrackHead(into, at, packetType, fourCc, index)
  into[at] = fourCc >>> 24
  into[at + 1] = fourCc >>> 16
  into[at + 2] = fourCc >>> 8
  into[at + 3] = fourCc
}

function outerPacketType({ kind, index }: Track, packetType: number): number {
  if (index === 0) return packetType
  return kind === 'video' ? videoPacketTypes.multitrack : audioPacketTypes.multitrack
}

function firstByte({ kind }: Track, frameType: number, packetType: number): number {
  if (kind === 'audio') return (soundFormats.exHeader << 4) | packetType
  return exVideoHeaderFlag | (frameType << 4) | packetType
}

/** CodedFrames is 1 in video and audio. NAL units that are shown when they are decoded go without composition time. */
function codedPacketType(frame: Frame): number {
  const isPlain = isComposed(frame.track) && compositionTime(frame) === 0
  return isPlain ? videoPacketTypes.codedFramesX : videoPacketTypes.codedFrames
}

function isComposed({ codec }: Track): boolean {
  return hasCompositionTime(codec as MediaCodec)
}

function compositionTime({ dts, pts, track }: Frame): Milliseconds {
  return rescale(pts, track.timescale, millisecond) - rescale(dts, track.timescale, millisecond)
}

function tellsNanoOffset({ nanoOffset }: Frame, profile: FlvProfile): boolean {
  return profile.hasNanoOffset && nanoOffset !== undefined
}
