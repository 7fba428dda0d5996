import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { test } from 'vitest'
import { type ClipName, clip, ffmpegFor } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { duration, packets, pictureAt, pictures, startTime } from '../support/media-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { TestFolder } from '../support/test-folder.ts'

const open = (): Promise<TestFolder> => TestFolder.open('recording')

const record = (folder: TestFolder, ...flags: readonly string[]): Promise<ServerProcess> =>
  ServerProcess.start('--record-all', '--record-dir', folder.path, ...flags)

/** FFmpeg sends a clip at its own pace, or as fast as it can. */
async function publish(server: ServerProcess, name: ClipName, pace: 'real-time' | 'at-once'): Promise<Program> {
  const input = [...(pace === 'real-time' ? ['-re'] : []), '-i', await clip(name)]
  return startPeer(ffmpegFor(name), ['-v', 'error', ...input, '-c', 'copy', '-f', 'flv', server.rtmpUrl('live/test')])
}

async function publishWhole(folder: TestFolder, server: ServerProcess, name: ClipName): Promise<string> {
  const files = await publishInSegments(folder, server, name)
  assert.equal(files.length, 1, files.join(', '))
  return files[0] ?? ''
}

/** All files in the order of their names. */
async function publishInSegments(
  { path }: TestFolder,
  server: ServerProcess,
  name: ClipName,
): Promise<readonly string[]> {
  await using ffmpeg = await publish(server, name, 'at-once')
  await ffmpeg.untilDone()
  await server.program.untilPrinted(/RECORD_STOPPED/)
  return (await readdir(path)).sort().map(file => join(path, file))
}

/** Wait until the server has taken in so many frames, and say how many there are. */
async function untilReceived(server: ServerProcess, frames: number): Promise<number> {
  for (;;) {
    const metrics = await (await fetch(server.httpUrl('/metrics'))).text()
    const received = Number(/^sluice_stream_frames_received_total\{.*\} (\d+)$/m.exec(metrics)?.[1] ?? 0)
    if (received >= frames) return received
    await setTimeout(50)
  }
}

/** What the API says of a recording, or why it says nothing. */
type Recording = { readonly file?: string | null; readonly status?: number }

async function onlyFile({ path }: TestFolder): Promise<string> {
  const names = await readdir(path)
  assert.equal(names.length, 1, names.join(', '))
  return join(path, names[0] ?? '')
}

test.concurrent('recording: of FFmpeg holds the packets that it sent, at their times', async () => {
  await using folder = await open()
  await using server = await record(folder)
  const file = await publishWhole(folder, server, 'clip.flv')
  const source = await clip('clip.flv')
  assert.deepEqual(await packets(file, 'video'), await packets(source, 'video'))
  assert.deepEqual(await packets(file, 'audio'), await packets(source, 'audio'))
  const [recorded, sent] = [await duration(file), await duration(source)]
  assert.ok(Math.abs(recorded - sent) < 0.1, `${recorded} s, sent ${sent} s`)
})

test.concurrent('recording: a seek by its key frame index shows the picture that reading shows', async () => {
  await using folder = await open()
  await using server = await record(folder)
  const file = await publishWhole(folder, server, 'clip.flv')
  for (const seconds of [1, 5, 9.5]) {
    assert.equal(await pictureAt(file, seconds, 'seek'), await pictureAt(file, seconds, 'read'), `at ${seconds} s`)
  }
})

for (const [name, kind] of [
  ['audio.flv', 'audio'],
  ['video.flv', 'video'],
  ['mp3.flv', 'audio'],
] as const) {
  test.concurrent(`recording: of ${name} holds its ${kind}`, async () => {
    await using folder = await open()
    await using server = await record(folder)
    const file = await publishWhole(folder, server, name)
    assert.deepEqual(await packets(file, kind), await packets(await clip(name), kind))
    assert.ok(Math.abs((await duration(file)) - (await duration(await clip(name)))) < 0.1)
  })
}

for (const [name, kinds] of [
  ['clip.flv', ['video', 'audio']],
  ['audio.flv', ['audio']],
] as const) {
  test.concurrent(`recording: the segments of ${name}, joined, hold each of its packets once`, async () => {
    await using folder = await open()
    await using server = await record(folder, '--record-segment-duration', '2s')
    const files = await publishInSegments(folder, server, name)
    assert.ok(files.length >= 5, files.join(', '))
    for (const kind of kinds) {
      const parts = await Promise.all(files.map(file => packets(file, kind)))
      const source = await packets(await clip(name), kind)
      assert.deepEqual(
        parts.flatMap(({ hashes }) => hashes),
        source.hashes,
        kind,
      )
    }
    for (const file of files.slice(0, -1)) {
      const [first, seconds] = [await startTime(file), await duration(file)]
      assert.ok(first >= 0 && first < 0.1, `${file} begins at ${first} s`)
      assert.ok(Math.abs(seconds - 2) < 0.15, `${file} lasts ${seconds} s`)
    }
  })
}

test.concurrent('recording: each segment can be sought in', async () => {
  await using folder = await open()
  await using server = await record(folder, '--record-segment-duration', '3s', '--record-segment-pattern', 'part%d')
  const files = await publishInSegments(folder, server, 'clip.flv')
  assert.deepEqual(
    files.map(file => basename(file)),
    ['part1.flv', 'part2.flv', 'part3.flv', 'part4.flv'],
  )
  for (const file of files.slice(0, 3)) {
    assert.equal(await pictureAt(file, 2, 'seek'), await pictureAt(file, 2, 'read'), file)
  }
})

test.concurrent('recording: codecs that the server does not take apart pass into FLV', async () => {
  await using folder = await open()
  await using server = await record(folder)
  const file = await publishWhole(folder, server, 'sorenson.flv')
  const source = await clip('sorenson.flv')
  assert.deepEqual(await packets(file, 'video'), await packets(source, 'video'))
  assert.deepEqual(await packets(file, 'audio'), await packets(source, 'audio'))
})

test.concurrent('recording: a publisher who returns within the same second overwrites nothing', async () => {
  await using folder = await open()
  await using server = await record(folder, '--record-segment-pattern', '%s')
  for (let count = 1; count <= 3; count++) {
    await using ffmpeg = await publish(server, 'video.flv', 'at-once')
    await ffmpeg.untilDone()
  }
  // FFmpeg is done when the kernel has what it sent.
  await server.program.untilPrinted(/(RECORD_STOPPED[^]*){3}/)
  const files = (await readdir(folder.path)).sort()
  assert.deepEqual(files, ['live_test.flv', 'live_test_2.flv', 'live_test_3.flv'])
  const source = await packets(await clip('video.flv'), 'video')
  for (const file of files) assert.deepEqual(await packets(join(folder.path, file), 'video'), source)
})

test.concurrent('recording: the API starts and stops it for one stream', async () => {
  await using folder = await open()
  await using server = await ServerProcess.start('--record-dir', folder.path)
  await using ffmpeg = await publish(server, 'clip.flv', 'real-time')
  await untilReceived(server, 10)
  const act = async (action: string): Promise<Recording> => {
    const response = await fetch(server.httpUrl(`/api/v1/streams/live/test/recording/${action}`), { method: 'POST' })
    return (await response.json()) as Recording
  }
  assert.equal((await act('start')).file, null)
  assert.equal((await act('start')).status, 409)
  await server.program.untilPrinted(/RECORD_STARTED/)
  const stopped = await act('stop')
  assert.equal(stopped.file, await onlyFile(folder))
  const { hashes } = await packets(stopped.file ?? '', 'video')
  const source = await packets(await clip('clip.flv'), 'video')
  const first = source.hashes.indexOf(hashes[0] ?? '')
  assert.ok(first > 0 && first % 25 === 0, `begins at picture ${first}, and every 25th is a key frame`)
  assert.deepEqual(hashes, source.hashes.slice(first, first + hashes.length))
  assert.equal((await act('stop')).status, 409)
  await ffmpeg.close()
})

for (const [format, name] of [
  ['flv', 'hevc.flv'],
  ['flv', 'av1.flv'],
  ['mkv', 'clip.flv'],
  ['mkv', 'hevc.flv'],
  ['mp4', 'clip.flv'],
  ['mp4', 'hevc.flv'],
] as const) {
  test.concurrent(`recording: ${name} as ${format} holds the packets that were sent, cut into segments`, async () => {
    await using folder = await open()
    await using server = await record(folder, '--record-format', format, '--record-segment-duration', '4s')
    const files = await publishInSegments(folder, server, name)
    assert.deepEqual(
      files.map(file => extname(file)),
      [1, 2, 3].map(() => `.${format}`),
    )
    for (const kind of ['video', 'audio'] as const) {
      const parts = await Promise.all(files.map(file => packets(file, kind)))
      const hashes = parts.flatMap(part => part.hashes)
      assert.deepEqual(hashes, (await packets(await clip(name), kind)).hashes, kind)
    }
  })
}

for (const name of ['vp9-opus.flv', 'hevc-flac.flv', 'av1-ac3.flv', 'h264-eac3.flv'] as const) {
  test.concurrent(`recording: ${name} becomes MP4 by itself, and plays what was sent`, async () => {
    await using folder = await open()
    await using server = await record(folder)
    const file = await publishWhole(folder, server, name)
    assert.equal(extname(file), '.mp4')
    const [source, reader] = [await clip(name), ffmpegFor(name)]
    // Decoded: FFmpeg's FLV has temporal delimiters in AV1, which MP4 is not to have.
    assert.deepEqual(await pictures(file), await pictures(source, reader))
    assert.deepEqual((await packets(file, 'audio')).hashes, (await packets(source, 'audio', reader)).hashes)
  })
}

test.concurrent('recording: each publication has the container that suits it', async () => {
  await using folder = await open()
  await using server = await record(folder, '--record-segment-pattern', '%s')
  for (const name of ['hevc.flv', 'video.flv', 'hevc.flv'] as const) {
    await using ffmpeg = await publish(server, name, 'at-once')
    await ffmpeg.untilDone()
  }
  await server.program.untilPrinted(/(RECORD_STOPPED[^]*){3}/)
  assert.deepEqual((await readdir(folder.path)).sort(), ['live_test.flv', 'live_test.mp4', 'live_test_2.mp4'])
})

test.concurrent('recording: hevc.flv as ts shows the pictures that were sent, cut into segments', async () => {
  await using folder = await open()
  await using server = await record(folder, '--record-format', 'ts', '--record-segment-duration', '4s')
  const files = await publishInSegments(folder, server, 'hevc.flv')
  assert.deepEqual(
    files.map(file => extname(file)),
    ['.ts', '.ts', '.ts'],
  )
  const parts = await Promise.all(files.map(file => pictures(file)))
  assert.deepEqual(parts.flat(), await pictures(await clip('hevc.flv')))
})

/** Pictures that were sent before the server was killed, at 25 per second, that need not be in the file. */
const lost = 25
/** The last pictures of a file that ends anywhere may lack what they refer to. */
const incomplete = 3

for (const format of ['flv', 'mp4', 'mkv', 'ts'] as const) {
  test.concurrent(`recording: ${format} plays up to the last second after the server was killed`, async () => {
    await using folder = await open()
    await using server = await record(folder, '--record-format', format)
    await using ffmpeg = await publish(server, 'video.flv', 'real-time')
    const received = await untilReceived(server, 100)
    server.program.kill('SIGKILL')
    await Promise.all([server.program.ended, ffmpeg.ended])

    const file = await onlyFile(folder)
    const [recorded, sent] = [await pictures(file), await pictures(await clip('video.flv'))]
    const whole = recorded.slice(0, -incomplete)
    assert.deepEqual(whole, sent.slice(0, whole.length))
    assert.ok(recorded.length >= received - lost, `${recorded.length} of ${received} pictures`)
    // A transport stream has no index: FFmpeg seeks by its clock, to between two key frames.
    if (format === 'ts') return
    assert.equal(await pictureAt(file, 2, 'seek'), await pictureAt(await clip('video.flv'), 2, 'seek'))
  })
}

test.concurrent('recording: a folder that cannot be written to leaves the stream running', async () => {
  await using folder = await open()
  const file = join(folder.path, 'file')
  await writeFile(file, '')
  await using server = await ServerProcess.start('--record-all', '--record-dir', join(file, 'recordings'))
  const ready = await fetch(server.httpUrl('/readyz'))
  assert.equal(ready.status, 503)
  assert.match(await ready.text(), /the folder cannot be made/)

  await using ffmpeg = await publish(server, 'clip.flv', 'real-time')
  await server.program.untilPrinted(/RECORD_FAILED/)
  const before = await untilReceived(server, 1)
  assert.ok((await untilReceived(server, before + 25)) > before)
  await ffmpeg.close()
})

test.concurrent('recording: is complete when the server is told to stop', async () => {
  await using folder = await open()
  await using server = await record(folder)
  await using ffmpeg = await publish(server, 'clip.flv', 'real-time')
  await server.program.untilPrinted(/RECORD_STARTED/)
  const { code } = await server.program.close()
  assert.equal(code, 0)
  await ffmpeg.ended
  assert.ok((await duration(await onlyFile(folder))) > 0.3)
})
