import { type FileFrame, readFrames } from '../clients/file/media-file.ts'
import { frameTimes } from '../clients/file/media-times.ts'
import { OpenFile } from '../clients/file/open-file.ts'
import { pace } from '../clients/file/pace.ts'
import { repeat } from '../clients/file/repeat.ts'
import { SteadyTracks } from '../clients/file/steady-tracks.ts'
import type { SrtClient } from '../clients/srt/srt-client.ts'
import { ProtocolError } from '../core/errors.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { systemClock } from '../formats/mpegts/clock.ts'
import { tsCarries } from '../formats/mpegts/elementary-stream.ts'
import { PacketCollector } from '../formats/mpegts/packet-collector.ts'
import { TsMuxer } from '../formats/mpegts/ts-muxer.ts'
import type { Frame } from '../media/frame.ts'
import { LeftOutReport } from '../media/left-out-report.ts'
import { repairedTimes } from '../media/timeline.ts'
import type { Track } from '../media/track.ts'
import { SrtSink } from '../protocols/srt/srt-sink.ts'
import type { CommandIo } from './command-io.ts'
import { connectSrt } from './srt-connection.ts'

/** As players of the server have it: two or three frames of AAC in a PES packet. */
const audioPacking = 0.06 * systemClock

export type SrtPublicationOptions = {
  readonly file: string
  readonly url: string
  /** True if the file begins again at its end. */
  readonly loops: boolean
}

/**
 * Send a file to an SRT peer as a transport stream, at the pace of its times, and wait until the peer has played it.
 *
 * @throws {ServerError}
 */
export async function publishOverSrt({ file, url, loops }: SrtPublicationOptions, io: CommandIo): Promise<void> {
  await using client = await connectSrt(url, io)
  const output = new TsOutput(client, io)
  const report = new LeftOutReport(said => io.console.printError(`sluice: ${said}\n`))
  const read = (): AsyncGenerator<FileFrame> => framesOf(file, report)
  const frames = loops ? repeat(read, frameTimes) : read()
  const timeOf = (item: FileFrame): Milliseconds | undefined => {
    const time = frameTimes.timeOf(item)
    return time === undefined ? undefined : time / 1000
  }
  for await (const group of pace(frames, { timeOf, clock: io.clock, signal: io.signal })) {
    for (const { frame, tracks } of group) output.write(frame, tracks)
    output.send()
    if (client.error !== undefined) throw client.error
  }
  output.flush()
  if (io.signal.aborted) return
  if (output.bytesSent === 0) throw nothingIsCarried
  await client.finish()
}

const nothingIsCarried = new ProtocolError(
  'mpegts',
  'unsupported',
  'Cannot publish FILE: it must have a track that MPEG-TS carries, has none',
)

async function* framesOf(path: string, report: LeftOutReport): AsyncGenerator<FileFrame> {
  await using file = await OpenFile.open(path)
  let known: readonly Track[] = []
  for await (const item of readFrames(file, { limits: repairedTimes, onLeftOut: track => report.add(track) })) {
    if (item.tracks !== known) reportNotCarried(item.tracks, report)
    known = item.tracks
    yield item
  }
}

function reportNotCarried(tracks: readonly Track[], report: LeftOutReport): void {
  for (const track of tracks) {
    if (track.kind === 'data' || tsCarries(track)) continue
    report.add({ trackNumber: track.id, reason: `MPEG-TS does not carry ${track.codecLabel}` })
  }
}

/** Frames on their way to the peer. */
class TsOutput {
  readonly #packets = new PacketCollector()
  readonly #muxer = new TsMuxer(this.#packets, { audioPacking, origin: 0 })
  readonly #steady = new SteadyTracks()
  readonly #sink: SrtSink
  #read: readonly Track[] = []
  #tracks: readonly Track[] = []

  constructor(client: SrtClient, { clock }: Pick<CommandIo, 'clock'>) {
    this.#sink = new SrtSink(client.session, clock, () => undefined)
  }

  get bytesSent(): Bytes {
    return this.#sink.bytesSent
  }

  write(read: Frame, tracks: readonly Track[]): void {
    if (tracks !== this.#read) this.#tracks = tracks.map(track => this.#steady.of(track))
    this.#read = tracks
    const frame = { ...read, track: this.#steady.of(read.track) }
    this.#muxer.write({ frame, isJoinPoint: frame.isKey && frame.track.kind === 'video', tracks: this.#tracks })
  }

  send(): void {
    this.#sink.write({ bytes: this.#packets.take() })
  }

  flush(): void {
    this.#muxer.flush()
    this.send()
  }
}
