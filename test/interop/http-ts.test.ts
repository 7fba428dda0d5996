import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type ClipName, clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { type ListedTrack, parseFrameList } from '../support/frame-list.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { continuityErrors, longestDistance, tsPackets } from '../support/ts-packets.ts'

const seconds = 5
/** A player that waits sees the stream from the moment on when its tracks are known. */
const settling = 30

const pictureForms = {
  h264: 'h264_mp4toannexb,filter_units=remove_types=7-9',
  // The SEI of x265 stands in the configuration and not in TS.
  h265: 'hevc_mp4toannexb,filter_units=remove_types=32-35|39',
} as const

/** FFmpeg lists the frames of a file or URL in the form that TS and other containers have in common. */
function listFrames(url: string, pictures: keyof typeof pictureForms, ...input: string[]): Program {
  const sound = url.includes('.ts') ? ['-bsf:a', 'aac_adtstoasc'] : []
  const forms = ['-bsf:v', pictureForms[pictures], ...sound]
  return startPeer('ffmpeg', [
    '-v',
    'error',
    ...input,
    '-i',
    url,
    '-c',
    'copy',
    '-copyts',
    ...forms,
    '-f',
    'framemd5',
    '-',
  ])
}

async function framesOf(program: Program): Promise<readonly ListedTrack[]> {
  const { stdout, stderr } = await program.untilDone()
  assert.equal(stderr, '')
  const { video, audio } = parseFrameList(stdout.toString())
  return [video, audio].filter(track => track !== undefined)
}

/** All of the end of what was sent, and nothing else, at times that differ by one constant. Returns what is missing. */
function assertEndOf(was: readonly ListedTrack[], is: readonly ListedTrack[]): number {
  assert.equal(is.length, was.length)
  let missing = 0
  const spans = is.flatMap(({ frames, timescale }, index) => {
    const sent = was[index] ?? { frames: [], timescale: 1000 }
    const end = sent.frames.slice(sent.frames.length - frames.length)
    missing = Math.max(missing, sent.frames.length - frames.length)
    assert.deepEqual(
      frames.map(({ hash }) => hash),
      end.map(({ hash }) => hash),
    )
    return frames.map(({ pts }, number) => (1000 * pts) / timescale - (1000 * (end[number]?.pts ?? 0)) / sent.timescale)
  })
  assert.ok(Math.max(...spans) - Math.min(...spans) <= 2, `${Math.min(...spans)} to ${Math.max(...spans)} ms`)
  return missing
}

for (const [name, pictures] of [
  ['clip.flv', 'h264'],
  ['hevc.flv', 'h265'],
] as const satisfies readonly (readonly [ClipName, keyof typeof pictureForms])[]) {
  test.concurrent(`http-ts: FFmpeg plays ${name} as it was sent, from the start and later`, async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
    const path = await clip(name)
    const sent = await framesOf(listFrames(path, pictures, '-t', `${seconds}`))
    await using waiting = listFrames(server.httpUrl('/live/test.ts?wait=10s'), pictures)
    await untilConnections(server, 'http', 1)
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 150)
    await using late = listFrames(server.httpUrl('/live/test.ts'), pictures)
    await publisher.untilDone()
    assert.ok(assertEndOf(sent, await framesOf(waiting)) <= settling)
    assert.ok(assertEndOf(sent, await framesOf(late)) > 0)
  })
}

test.concurrent('http-ts: counters, clock and tables keep their rules', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('clip.flv'), seconds)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 30)
  const response = await fetch(server.httpUrl('/live/test.ts'))
  assert.equal(response.headers.get('content-type'), 'video/mp2t')
  const packets = tsPackets(Buffer.from(await response.arrayBuffer()))
  await publisher.untilDone()
  assert.deepEqual(continuityErrors(packets), [])
  assert.deepEqual(
    packets.slice(0, 2).map(({ pid }) => pid),
    [0, 0x1000],
  )
  assert.ok(longestDistance(packets, ({ pcr }) => pcr !== undefined) <= 40)
  assert.ok(longestDistance(packets, ({ pid }) => pid === 0) <= 100)
})
