import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import { type ClipName, clip } from '../peers/clips.ts'
import type { Program } from '../peers/program.ts'
import { assertRelayed, type Forms, listed, listFrames } from '../support/common-form.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import type { ListedTrack } from '../support/frame-list.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 6

type Case = {
  readonly name: ClipName
  readonly forms: Forms
  /** What does not carry its codecs, or FFmpeg does not read. */
  readonly without?: readonly ('.mp4' | '/ts.m3u8')[]
}

const cases: readonly Case[] = [
  { name: 'clip.flv', forms: ['h264', 'aac'] },
  { name: 'hevc.flv', forms: ['hevc', 'aac'] },
  { name: 'av1.flv', forms: ['av1', 'aac'], without: ['/ts.m3u8'] },
  { name: 'vp9.flv', forms: ['aac'], without: ['/ts.m3u8'] },
  { name: 'vp9-opus.flv', forms: [], without: ['/ts.m3u8'] },
  { name: 'hevc-opus.mkv', forms: ['hevc'] },
  { name: 'hevc-flac.flv', forms: ['hevc'], without: ['/ts.m3u8'] },
  { name: 'mp3.flv', forms: ['h264'] },
  { name: 'av1-ac3.flv', forms: ['av1'], without: ['/ts.m3u8'] },
  { name: 'h264-ac3.mkv', forms: ['h264'] },
  { name: 'h264-eac3.flv', forms: ['h264'] },
  // FFmpeg tells the second frame of sound the time of the first in HLS of its own, too.
  { name: 'audio.flv', forms: ['aac'], without: ['/ts.m3u8'] },
  { name: 'video.flv', forms: ['h264'] },
]

let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.start('--hub-resume-timeout', '500ms', '--packager-package-always')
})
afterAll(() => server[Symbol.asyncDispose]())

/** At most a group of pictures, and the sound beside it, is over when a stream is asked for first. */
const missing = { atStart: 120, atEnd: 0 }
/** A player that leaves. */
const untilLeft = { atStart: 120, atEnd: 300 }

async function assertPlayed(
  what: string,
  player: Program,
  sent: readonly ListedTrack[],
  lost = missing,
): Promise<void> {
  const tracks = await listed(player)
  try {
    assertRelayed(inOneOrder(tracks), inOneOrder(sent), lost)
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** A player of several playlists lists the tracks in the order in which their first frames came. */
function inOneOrder(tracks: readonly ListedTrack[]): readonly ListedTrack[] {
  return tracks.toSorted((a, b) => (a.codec ?? '').localeCompare(b.codec ?? ''))
}

for (const { name, forms, without = [] } of cases) {
  test.concurrent(`codecs: FFmpeg plays ${name} as it was sent`, async () => {
    const stream = `codecs/${name.replace('.', '-')}`
    const path = await clip(name)
    await using original = listFrames(path, forms, '-t', `${seconds}`)
    const sent = await listed(original)
    await using publisher = publishFile(server.rtmpUrl(stream), path, seconds, 'ffmpeg-9')
    await untilStream(server, stream, ({ framesIn }) => framesIn > 10)
    const url = (form: string): string => server.httpUrl(`/${stream}${form}`)
    const isCarried = (form: (typeof without)[number]): boolean => !without.includes(form)
    await using mp4 = isCarried('.mp4') ? listFrames(url('.mp4'), forms) : undefined
    const further = ['/muxed.m3u8', ...(isCarried('/ts.m3u8') ? ['/ts.m3u8'] : [])]
    const answers = await Promise.all(further.map(playlist => fetch(url(playlist))))
    assert.ok(answers.every(({ ok }) => ok))
    await using dash = listFrames(url('/index.mpd'), forms, '-t', '2')
    await assertPlayed('DASH', dash, sent, untilLeft)
    await publisher.untilDone()
    if (mp4 !== undefined) await assertPlayed('MP4 over HTTP', mp4, sent)
    for (const playlist of ['/index.m3u8', ...further]) {
      await using hls = listFrames(url(playlist), forms)
      await assertPlayed(playlist, hls, sent)
    }
  })
}
