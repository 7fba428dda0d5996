import type { Bytes } from '../../core/units.ts'
import type { Container } from '../../formats/container.ts'
import type { FlvTag } from '../../formats/flv/flv-file-reader.ts'
import { FlvFileReader } from '../../formats/flv/flv-file-reader.ts'
import { TagsToFrames } from '../../formats/flv/tags-to-frames.ts'
import { Mp4Reader } from '../../formats/fmp4/mp4-reader.ts'
import { MatroskaToFrames } from '../../formats/matroska/matroska-to-frames.ts'
import { TsToFrames, tsClock } from '../../formats/mpegts/ts-to-frames.ts'
import type { Frame } from '../../media/frame.ts'
import type { LeftOutTrack } from '../../media/left-out-track.ts'
import { Timeline, type TimelineLimits } from '../../media/timeline.ts'
import type { Track } from '../../media/track.ts'

/** A file with media, wherever it lies. */
export interface MediaFile {
  readonly container: Container
  readonly size: Bytes
  /** From the beginning to the end. A piece is valid until the next one is asked for. */
  pieces(): AsyncGenerator<Uint8Array>
  /** `size` bytes, which are taken over. */
  readAt(at: Bytes, size: Bytes): Promise<Uint8Array>
}

/** A frame of a file, and the tracks that are known by then. */
export type FileFrame = { readonly frame: Frame; readonly tracks: readonly Track[] }

export type FileReading = {
  /** What counts as a jump of its times, where the container has a clock that jumps. */
  readonly limits: TimelineLimits
  /** Called for each track that is not read; for those of Matroska again with each piece. */
  readonly onLeftOut: (track: LeftOutTrack) => void
}

/**
 * The frames of a file, read as they are asked for. Script data of FLV, which tells of the file, is left out.
 *
 * @throws {ProtocolError} If the file is not what its first bytes say.
 * @throws {FileError}
 */
export function readFrames(file: MediaFile, reading: FileReading): AsyncGenerator<FileFrame> {
  switch (file.container) {
    case 'flv':
      return readFlv(file, reading)
    case 'matroska':
      return readMatroska(file, reading)
    case 'mp4':
      return readMp4(file, reading)
    case 'mpegts':
      return readTransportStream(file, reading)
  }
}

/** The tags of an FLV file, as they are. @throws {ProtocolError} If it is none. @throws {FileError} */
export async function* readFlvTags(file: MediaFile): AsyncGenerator<FlvTag> {
  const reader = new FlvFileReader()
  for await (const piece of file.pieces()) yield* reader.push(piece)
}

async function* readFlv(file: MediaFile, { limits }: FileReading): AsyncGenerator<FileFrame> {
  const reader = new TagsToFrames(new Timeline(limits))
  for await (const { type, timestamp, body } of readFlvTags(file)) {
    const frames = reader.push(type, timestamp, body).filter(({ track }) => track.codec !== 'amf0')
    yield* withTracks(frames, reader.tracks)
  }
}

async function* readMatroska(file: MediaFile, { onLeftOut }: FileReading): AsyncGenerator<FileFrame> {
  const reader = new MatroskaToFrames()
  let leftOut: readonly LeftOutTrack[] = []
  for await (const piece of file.pieces()) {
    const frames = reader.push(piece)
    if (reader.leftOut !== leftOut) reader.leftOut.forEach(onLeftOut)
    leftOut = reader.leftOut
    yield* withTracks(frames, reader.tracks)
  }
  yield* withTracks(reader.flush(), reader.tracks)
}

async function* readMp4(file: MediaFile, { onLeftOut }: FileReading): AsyncGenerator<FileFrame> {
  const reader = await Mp4Reader.open({ size: file.size, read: (at, size) => file.readAt(at, size) })
  reader.leftOut.forEach(onLeftOut)
  for await (const frame of reader.frames()) yield { frame, tracks: reader.tracks }
}

async function* readTransportStream(file: MediaFile, { limits }: FileReading): AsyncGenerator<FileFrame> {
  const reader = new TsToFrames(new Timeline(limits, tsClock))
  for await (const piece of file.pieces()) yield* withTracks(reader.push(piece), reader.tracks)
  yield* withTracks(reader.flush(), reader.tracks)
}

function* withTracks(frames: readonly Frame[], tracks: readonly Track[]): Generator<FileFrame> {
  for (const frame of frames) yield { frame, tracks }
}
