import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { annexBHashes } from '../support/annex-b-hashes.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { keptStream, untilKept } from '../support/kept-stream.ts'
import { seededRandom } from '../support/seeded-bytes.ts'
import { ServerProcess } from '../support/server-process.ts'
import { TestFolder } from '../support/test-folder.ts'

const openDisk = (): Promise<TestFolder> => TestFolder.open('dvr')

const keep = ({ path }: TestFolder, ...flags: readonly string[]): Promise<ServerProcess> =>
  ServerProcess.start('--dvr-all', '--dvr-dir', path, '--hub-resume-timeout', '300ms', ...flags)

async function textOf(server: ServerProcess, name: string): Promise<string> {
  const response = await fetch(server.httpUrl(`/live/test/${name}`))
  const text = await response.text()
  assert.equal(response.status, 200, `${name}: ${text}`)
  return text
}

function filesIn(playlist: string): string[] {
  return playlist.split('\n').filter(line => line !== '' && !line.startsWith('#'))
}

for (const flags of [[], ['--hls-encryption=aes-128', '--hls-key-rotation=2']]) {
  test.concurrent(`dvr: FFmpeg plays what was kept ${flags.join(' ')} as it was sent, from the first frame to the last`, async () => {
    await using disk = await openDisk()
    await using server = await keep(disk, ...flags)
    const path = await clip('clip.flv')
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, 7)
    await publisher.untilDone()
    const { segments } = await untilKept(server, ({ active }) => !active)
    assert.ok(segments >= 6, `${segments} segments`)
    const sent = await annexBHashes(path, '-t', '7')
    assert.deepEqual(await annexBHashes(server.httpUrl('/live/test/dvr.m3u8')), sent)
    if (flags.length > 0) return
    for (const [i, hashes] of (await annexBHashes(server.httpUrl('/live/test/dvr.mpd'))).entries()) {
      // FFmpeg 7.1 keeps the last picture of a presentation to itself; over HLS it reads it from the same file.
      assert.ok(hashes.length >= (sent[i]?.length ?? 0) - 1, `only ${hashes.length} frames over DASH`)
      assert.deepEqual(hashes, sent[i]?.slice(0, hashes.length))
    }
  })
}

test.concurrent('dvr: what is kept says the same of its codecs as the live playlist', async () => {
  await using disk = await openDisk()
  await using server = await keep(disk)
  await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('clip.flv'), 9)
  await untilKept(server, ({ segments }) => segments >= 4)
  const [kept, live] = [await textOf(server, 'dvr.m3u8'), await textOf(server, 'index.m3u8')]
  for (const attribute of [
    /CODECS="[^"]*"/,
    /RESOLUTION=\d+x\d+/,
    /FRAME-RATE=25\.000/,
    /AUDIO="audio"/,
    /CHANNELS="2"/,
  ]) {
    assert.equal(attribute.exec(kept)?.[0] ?? 'none', attribute.exec(live)?.[0], kept)
  }
  // The segment that is being made when the server is told to stop is kept, too.
  const { segments } = (await keptStream(server)) ?? assert.fail('nothing is kept')
  await server.program.close()
  assert.ok((await segmentFiles(disk)).length > segments)
  await publisher.close()
})

/** Without an end. */
async function publish(server: ServerProcess): Promise<Program> {
  const input = ['-re', '-stream_loop', '-1', '-i', await clip('clip.flv')]
  return startPeer('ffmpeg', ['-v', 'error', ...input, '-c', 'copy', '-f', 'flv', server.rtmpUrl('live/test')])
}

const kills = 20
const killsTimeout = { timeout: 240_000 }

test.concurrent(
  'dvr: a server that is killed 20 times keeps all that was complete, and what it keeps plays',
  killsTimeout,
  async () => {
    await using disk = await openDisk()
    const random = seededRandom(20)
    for (let kill = 0; kill < kills; kill++) {
      await using server = await keep(disk, '--packager-segment-duration', '1s')
      await using publisher = await publish(server)
      const before = await keptStream(server)
      await untilKept(server, ({ segments }) => segments > (before?.segments ?? 0))
      await setTimeout(700 * random())
      server.program.kill('SIGKILL')
      await server.program.ended
      await publisher.close()
    }
    await using server = await keep(disk)
    const { gaps, segments, active } = (await keptStream(server)) ?? assert.fail('nothing is kept')
    assert.equal(active, false)
    const lists = await Promise.all(['video', 'audio'].map(name => textOf(server, `dvr-${name}.m3u8`)))
    // Sound that was not written any more when its picture was is a gap.
    const listed = lists.flatMap(list => filesIn(list.replaceAll(/#EXT-X-GAP\n.*\n.*\n/g, '')))
    assert.equal(new Set(listed).size, listed.length)
    assert.equal(listed.length, segments)
    assert.deepEqual(listed.toSorted(), (await segmentFiles(disk)).toSorted())
    for (const list of lists) {
      assert.equal(list.match(/#EXT-X-DISCONTINUITY\n/g)?.length, kills - 1)
      const times = [...list.matchAll(/DATE-TIME:(.*)\n#EXTINF:([\d.]+)/g)].map(([, at = '', seconds]) => ({
        from: Date.parse(at),
        to: Date.parse(at) + 1000 * Number(seconds),
      }))
      for (const [i, { from }] of times.entries()) assert.ok(from >= (times[i - 1]?.to ?? 0) - 50, `segment ${i}`)
    }
    assert.ok(!lists[0]?.includes('#EXT-X-GAP'))
    assert.equal(gaps.length, kills - 1)
    await assertDecodable(server, lists[0] ?? '')
  },
)

/** Names of all segments on the disk; nothing else but indexes and initialisation segments is there. */
async function segmentFiles({ path }: TestFolder): Promise<string[]> {
  const names = await readdir(join(path, 'live/test/@dvr'), { recursive: true })
  const files = names.map(name => name.split('/').at(-1) ?? '').filter(name => name.includes('.'))
  return files.filter(name => !name.includes('init'))
}

/** Every picture of the list can be decoded. */
async function assertDecodable(server: ServerProcess, list: string): Promise<void> {
  const seconds = [...list.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, [, text]) => sum + Number(text), 0)
  const url = server.httpUrl('/live/test/dvr-video.m3u8')
  const count = ['-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0']
  await using program = startPeer('ffprobe', ['-v', 'error', ...count, url])
  const { stdout, stderr } = await program.untilDone()
  assert.equal(stderr.replace(/.*DTS.*\n/g, ''), '')
  assert.equal(Number(/\d+/.exec(stdout.toString())?.[0]), Math.round(25 * seconds))
}
