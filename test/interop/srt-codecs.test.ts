import { test } from 'vitest'
import { type ClipName, clip, ffmpegFor } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { assertRelayed, type Forms, framesOfTs, listed, listFrames } from '../support/common-form.ts'
import { type Ffmpeg, publishFile } from '../support/ffmpeg-peers.ts'
import type { ListedTrack } from '../support/frame-list.ts'
import { untilConnections } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { srtLiveTransmit } from '../support/srt-pipes.ts'

const seconds = 3

type CodecClip = {
  readonly name: ClipName
  readonly forms: Forms
  /** Further tracks of sound, which RTMP players of one track of a kind do not get. */
  readonly furtherTracks?: number
}

const clips: readonly CodecClip[] = [
  { name: 'clip.flv', forms: ['h264', 'aac'] },
  { name: 'hevc.flv', forms: ['hevc', 'aac'] },
  { name: 'h264-ac3.mkv', forms: ['h264'] },
  { name: 'h264-eac3.flv', forms: ['h264'] },
  { name: 'mp3.flv', forms: ['h264'] },
  { name: 'hevc-opus.mkv', forms: ['hevc'] },
  { name: 'two-sounds.mkv', forms: ['h264', 'aac'], furtherTracks: 1 },
  { name: 'audio.flv', forms: ['aac'] },
  { name: 'video.flv', forms: ['h264'] },
]

/** What FFmpeg leaves unsent when it closes an SRT connection. */
const unsent = 20

/** FFmpeg sends the first seconds of a clip over SRT, at its own pace. */
function publishOverSrt(url: string, path: string, ffmpeg: Ffmpeg, ...output: readonly string[]): Program {
  const input = ['-v', 'error', '-re', '-t', `${seconds}`, '-i', path, '-map', '0', '-c', 'copy']
  return startPeer(ffmpeg, [...input, '-f', 'mpegts', ...output, url])
}

/** Everybody who waits for a stream. */
class Audience {
  readonly #rtmp: Program
  readonly #flv: Program
  readonly #ts: Program
  readonly #srt: Program
  readonly #forms: Forms

  constructor(server: ServerProcess, stream: string, forms: Forms) {
    const wait = `${stream}?wait=30s`
    this.#forms = forms
    this.#rtmp = listFrames(server.rtmpUrl(wait), forms)
    this.#flv = listFrames(server.httpUrl(`/${stream}.flv?wait=30s`), forms)
    this.#ts = listFrames(server.httpUrl(`/${stream}.ts?wait=30s`), forms)
    this.#srt = srtLiveTransmit.from(server.srtUrl(`read:${wait}`))
  }

  async isThere(server: ServerProcess): Promise<void> {
    await untilConnections(server, 'rtmp', 1)
    await untilConnections(server, 'srt', 1)
    await untilConnections(server, 'http', 2)
  }

  /** What each of them got. */
  async received(): Promise<Readonly<Record<'overRtmp' | 'overFlv' | 'overTs' | 'overSrt', readonly ListedTrack[]>>> {
    const [overRtmp, overFlv, overTs] = await Promise.all([listed(this.#rtmp), listed(this.#flv), listed(this.#ts)])
    const { stdout } = await this.#srt.untilDone()
    return { overRtmp, overFlv, overTs, overSrt: await framesOfTs(stdout, this.#forms) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#rtmp, this.#flv, this.#ts, this.#srt].map(program => program.close()))
  }
}

for (const { name, forms, furtherTracks = 0 } of clips) {
  for (const protocol of ['srt', 'rtmp'] as const) {
    test.concurrent(`srt: ${name}, published over ${protocol.toUpperCase()}, comes out everywhere as it was`, async () => {
      await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
      const path = await clip(name)
      await using audience = new Audience(server, 'live/test', forms)
      await audience.isThere(server)
      await using publisher =
        protocol === 'srt'
          ? publishOverSrt(server.srtUrl('publish:live/test'), path, ffmpegFor(name))
          : publishFile(server.rtmpUrl('live/test'), path, seconds, 'ffmpeg-9')
      await publisher.untilDone()

      await using source = listFrames(path, forms, '-t', `${seconds}`)
      const sent = await listed(source)
      const first = sent.slice(0, sent.length - furtherTracks)
      const missing = { atStart: 0, atEnd: protocol === 'srt' ? unsent : 0 }
      const { overRtmp, overFlv, overTs, overSrt } = await audience.received()
      for (const tracks of [overTs, overSrt]) assertRelayed(tracks, sent, missing)
      for (const tracks of [overRtmp, overFlv]) assertRelayed(tracks, first, missing)
    })
  }
}

test.concurrent('srt: times that go through the wrap of 33 bits, after 26.5 hours, are times like others', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const path = await clip('clip.flv')
  await using audience = new Audience(server, 'live/test', ['h264', 'aac'])
  await audience.isThere(server)
  // FFmpeg adds 1.4 s.
  const wrapSoon = `${2 ** 33 / 90_000 - 1.4 - 1.5}`
  const url = server.srtUrl('publish:live/test')
  await using publisher = publishOverSrt(url, path, 'ffmpeg', '-output_ts_offset', wrapSoon)
  await publisher.untilDone()
  await using source = listFrames(path, ['h264', 'aac'], '-t', `${seconds}`)
  const sent = await listed(source)
  for (const tracks of Object.values(await audience.received()))
    assertRelayed(tracks, sent, { atStart: 0, atEnd: unsent })
})
