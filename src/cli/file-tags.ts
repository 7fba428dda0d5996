import { type FileFrame, readFlvTags, readFrames } from '../clients/file/media-file.ts'
import { frameTimes, tagTimes } from '../clients/file/media-times.ts'
import { OpenFile } from '../clients/file/open-file.ts'
import { repeat } from '../clients/file/repeat.ts'
import { SteadyTracks } from '../clients/file/steady-tracks.ts'
import type { FlvTag } from '../formats/flv/flv-file-reader.ts'
import type { FlvProfile } from '../formats/flv/flv-profile.ts'
import { FramesToTags } from '../formats/flv/frames-to-tags.ts'
import type { LeftOutTrack } from '../media/left-out-track.ts'
import { repairedTimes } from '../media/timeline.ts'

export type FileTagsOptions = {
  /** Of those who read the tags. */
  readonly profile: FlvProfile
  /** True if the file begins again at its end. */
  readonly loops: boolean
  /** Called in each round for each track that is not read. */
  readonly onLeftOut: (track: LeftOutTrack) => void
}

/**
 * The tags of a file, read as they are asked for. Those of an FLV file are passed on as they are.
 *
 * @throws {FileError} If it cannot be read.
 * @throws {ProtocolError} If it is not what its first bytes say.
 */
export async function* fileTags(path: string, options: FileTagsOptions): AsyncGenerator<FlvTag> {
  const { loops } = options
  if ((await containerOf(path)) === 'flv') {
    const read = (): AsyncGenerator<FlvTag> => tagsOnce(path)
    yield* loops ? repeat(read, tagTimes) : read()
  } else {
    const read = (): AsyncGenerator<FileFrame> => framesOnce(path, options)
    yield* tagsOf(loops ? repeat(read, frameTimes) : read(), options)
  }
}

async function containerOf(path: string): Promise<OpenFile['container']> {
  await using file = await OpenFile.open(path)
  return file.container
}

async function* tagsOnce(path: string): AsyncGenerator<FlvTag> {
  await using file = await OpenFile.open(path)
  yield* readFlvTags(file)
}

async function* framesOnce(path: string, { onLeftOut }: FileTagsOptions): AsyncGenerator<FileFrame> {
  await using file = await OpenFile.open(path)
  yield* readFrames(file, { limits: repairedTimes, onLeftOut })
}

async function* tagsOf(frames: AsyncIterable<FileFrame>, { profile }: FileTagsOptions): AsyncGenerator<FlvTag> {
  const tracks = new SteadyTracks()
  const converter = new FramesToTags(profile)
  for await (const { frame } of frames) yield* converter.push({ ...frame, track: tracks.of(frame.track) })
  yield* converter.flush()
}
