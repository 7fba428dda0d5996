import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { FlagError } from '../config/config-errors.ts'
import { ProtocolError } from '../core/errors.ts'
import type { Bytes } from '../core/units.ts'
import { type Container, containerHeadSize, containerOf } from '../formats/container.ts'
import { FlvFileReader, type FlvTag } from '../formats/flv/flv-file-reader.ts'
import type { FlvProfile } from '../formats/flv/flv-profile.ts'
import { FramesToTags } from '../formats/flv/frames-to-tags.ts'
import { Mp4Reader } from '../formats/fmp4/mp4-reader.ts'
import { MatroskaToFrames } from '../formats/matroska/matroska-to-frames.ts'
import { TsToFrames, tsClock } from '../formats/mpegts/ts-to-frames.ts'
import type { Frame } from '../media/frame.ts'
import type { LeftOutTrack } from '../media/left-out-track.ts'
import { repairedTimes, Timeline } from '../media/timeline.ts'

const pieceSize = 256 * 1024

/** What there is to say about a file beside its tags: a sentence for people. */
type Remark = (text: string) => void

/**
 * Which container a file is, by its first bytes.
 *
 * @throws {FlagError} If it is none that can be read.
 */
export async function detectContainer(path: string): Promise<Container> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(containerHeadSize), 0, containerHeadSize, 0)
  const container = containerOf(buffer.subarray(0, bytesRead))
  if (container !== undefined) return container
  throw new FlagError(
    'FILE',
    'Cannot publish FILE: it must be FLV, Matroska, WebM, MP4 or MPEG-TS, begins like none of them',
  )
}

/**
 * The tags of a file, as readers of `profile` can parse them. Those of an FLV file are passed on as they are.
 *
 * @throws {ProtocolError} If the file is not what its first bytes say.
 */
export function readTags(
  path: string,
  container: Container,
  profile: FlvProfile,
  remark: Remark,
): AsyncGenerator<FlvTag> {
  switch (container) {
    case 'flv':
      return readFlvTags(path)
    case 'matroska':
      return tagsOf(readMatroska(path, remark), profile)
    case 'mp4':
      return tagsOf(readMp4(path, remark), profile)
    case 'mpegts':
      return tagsOf(readTransportStream(path), profile)
  }
}

async function* readFlvTags(path: string): AsyncGenerator<FlvTag> {
  const reader = new FlvFileReader()
  for await (const piece of piecesOf(path)) yield* reader.push(piece)
}

async function* tagsOf(frames: AsyncIterable<Frame>, profile: FlvProfile): AsyncGenerator<FlvTag> {
  const converter = new FramesToTags(profile)
  for await (const frame of frames) yield* converter.push(frame)
  yield* converter.flush()
}

async function* readMatroska(path: string, remark: Remark): AsyncGenerator<Frame> {
  const reader = new MatroskaToFrames()
  for await (const piece of piecesOf(path)) {
    yield* reader.push(piece)
    for (const track of reader.leftOut) remark(leftOutRemark(track))
  }
  yield* reader.flush()
}

async function* readMp4(path: string, remark: Remark): AsyncGenerator<Frame> {
  await using file = await open(path)
  const { size } = await file.stat()
  const reader = await Mp4Reader.open({ size, read: (at, length) => readAt(file, at, length) })
  for (const track of reader.leftOut) remark(leftOutRemark(track))
  yield* reader.frames()
}

/** @throws {ProtocolError} If the file has become shorter. */
async function readAt(file: FileHandle, at: Bytes, size: Bytes): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size)
  const { bytesRead } = await file.read(bytes, 0, size, at)
  if (bytesRead === size) return bytes
  throw new ProtocolError('mp4', 'malformed', `Cannot read MP4: ${size} bytes at ${at} are gone, is ${bytesRead}`)
}

function leftOutRemark({ trackNumber, reason }: LeftOutTrack): string {
  return `Track ${trackNumber} is left out: ${reason}`
}

async function* readTransportStream(path: string): AsyncGenerator<Frame> {
  const reader = new TsToFrames(new Timeline(repairedTimes, tsClock))
  for await (const piece of piecesOf(path)) yield* reader.push(piece)
  yield* reader.flush()
}

function piecesOf(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: pieceSize })
}
