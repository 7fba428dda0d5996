import assert from 'node:assert/strict'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { annexBHashes } from '../support/annex-b-hashes.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { isStored, untilKept } from '../support/kept-stream.ts'
import { pollUntil } from '../support/polling.ts'
import { S3Server, s3Bucket, s3Keys } from '../support/s3-server.ts'
import { seededRandom } from '../support/seeded-bytes.ts'
import { ServerProcess } from '../support/server-process.ts'
import { TestFolder } from '../support/test-folder.ts'

/** How many objects the server has stored since its start. */
async function storedBy(server: ServerProcess): Promise<number> {
  const text = await (await fetch(server.httpUrl('/metrics'))).text()
  return Number(/^sluice_dvr_archive_objects_total (\d+)/m.exec(text)?.[1])
}

/** A disk and a bucket, on which servers keep what is sent. */
class Archive implements AsyncDisposable {
  readonly bucket: S3Server
  readonly #folder: TestFolder

  private constructor(folder: TestFolder, bucket: S3Server) {
    this.#folder = folder
    this.bucket = bucket
  }

  static async open(): Promise<Archive> {
    return new Archive(await TestFolder.open('dvr'), await S3Server.listen())
  }

  keep(): Promise<ServerProcess> {
    const { accessKey, secretKey } = s3Keys
    const settings = { endpoint: this.bucket.endpoint.href, bucket: s3Bucket, prefix: 'dvr/', 'object-duration': '2s' }
    const archive = Object.entries({ ...settings, 'access-key': accessKey, 'secret-key': secretKey })
    return ServerProcess.start(
      ...['--dvr-all', '--dvr-dir', this.#folder.path, '--hub-resume-timeout', '300ms'],
      ...['--packager-segment-duration', '1s'],
      ...archive.flatMap(([name, value]) => [`--dvr-archive-${name}`, value]),
    )
  }

  /** The folders of the hours of live/test. */
  get hours(): string {
    return join(this.#folder.path, 'live/test/@dvr')
  }

  async emptyDisk(): Promise<void> {
    await rm(join(this.#folder.path, 'live'), { recursive: true, force: true })
  }

  /** How many segments there are when everything is stored and the server has stopped. */
  async storedAtLast(): Promise<number> {
    await using server = await this.keep()
    return (await untilKept(server, isStored)).segments
  }

  /** What is in the bucket. */
  async objects(): Promise<Map<string, Buffer>> {
    const store = this.bucket.store()
    const found = new Map<string, Buffer>()
    for await (const { key, size } of store.list('dvr/')) {
      found.set(key, Buffer.from((await store.read(key, 0, size)) ?? assert.fail(key)))
    }
    await store.close()
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bucket[Symbol.asyncDispose]()
    await this.#folder[Symbol.asyncDispose]()
  }
}

const kills = 6

test.concurrent('dvr archive: FFmpeg plays from the bucket what was sent, when the disk has nothing of it any more', async () => {
  await using archive = await Archive.open()
  const path = await clip('clip.flv')
  {
    await using server = await archive.keep()
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, 7)
    await publisher.untilDone()
    await untilKept(server, kept => !kept.active && isStored(kept))
  }
  for (const name of await readdir(archive.hours, { recursive: true })) {
    if (name.endsWith('.m4s')) await rm(join(archive.hours, name))
  }
  await using server = await archive.keep()
  const [sent, kept] = [await annexBHashes(path, '-t', '7'), await annexBHashes(server.httpUrl('/live/test/dvr.m3u8'))]
  assert.deepEqual(kept, sent)
  for (const [key, bytes] of await archive.objects()) {
    if (!key.endsWith('.mp4')) continue
    await using program = startPeer('ffprobe', ['-v', 'error', '-show_entries', 'format=format_name', '-'])
    program.stdin.end(bytes)
    assert.match((await program.untilDone()).stdout.toString(), /mp4/)
  }
  assert.equal((await fetch(server.httpUrl('/api/v1/recordings/dvr/live/test'), { method: 'DELETE' })).status, 204)
  assert.deepEqual([...(await archive.objects()).keys()], [])
  assert.doesNotMatch(server.program.output, /S3RVER/)
})

test.concurrent('dvr archive: a server with an empty disk plays what another one has archived, however often it is killed first', async () => {
  await using archive = await Archive.open()
  const path = await clip('clip.flv')
  {
    await using server = await archive.keep()
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, 7)
    await publisher.untilDone()
    await untilKept(server, kept => !kept.active && isStored(kept))
  }
  await archive.emptyDisk()
  const random = seededRandom(11)
  for (let kill = 0; kill < kills; kill++) {
    await using server = await archive.keep()
    await setTimeout(50 * random())
    server.program.kill('SIGKILL')
    await server.program.ended
    if (kill % 2 === 0) await archive.emptyDisk()
  }
  await using server = await archive.keep()
  await untilKept(server, kept => kept.segments > 0 && kept.archive?.bytesHere === 0)
  const [sent, kept] = [await annexBHashes(path, '-t', '7'), await annexBHashes(server.httpUrl('/live/test/dvr.m3u8'))]
  assert.deepEqual(kept, sent)
})

test.concurrent('dvr archive: a server that is killed while it stores, again and again, leaves a bucket that has all that the disk has', async () => {
  await using archive = await Archive.open()
  const random = seededRandom(7)
  for (let kill = 0; kill < kills; kill++) {
    await using server = await archive.keep()
    const input = ['-re', '-stream_loop', '-1', '-i', await clip('clip.flv')]
    const output = ['-c', 'copy', '-f', 'flv', server.rtmpUrl('live/test')]
    await using publisher = startPeer('ffmpeg', ['-v', 'error', ...input, ...output])
    await pollUntil('an object', async () => ((await storedBy(server)) > 0 ? true : undefined))
    await setTimeout(1500 * random())
    server.program.kill('SIGKILL')
    await server.program.ended
    await publisher.close()
  }
  const segments = await archive.storedAtLast()
  const stored = await archive.objects()
  let found = 0
  for (const [key, bytes] of stored) {
    const [, hour = '', rendition = '', first = ''] = /@dvr\/(.*)\/(.*)-(\d+)\.mp4$/.exec(key) ?? []
    if (hour === '') continue
    found += await assertIsOnDisk(bytes, join(archive.hours, hour), rendition, Number(first))
  }
  assert.equal(found, segments)
})

type Readiness = { readonly status: string; readonly warnings: readonly { readonly name: string }[] }

/** What the server says of its archive while it serves on. */
async function archiveWarns(server: ServerProcess): Promise<true | undefined> {
  const response = await fetch(server.httpUrl('/readyz'))
  const { status, warnings } = (await response.json()) as Readiness
  assert.deepEqual([response.status, status], [200, 'ready'])
  return warnings.some(({ name }) => name === 'dvr.archive') || undefined
}

test.concurrent('dvr archive: a bucket that goes away and comes back has everything, and players of what is live notice nothing', async () => {
  await using archive = await Archive.open()
  const path = await clip('clip.flv')
  {
    await using server = await archive.keep()
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, 9)
    await untilKept(server, ({ segments }) => segments > 0)
    archive.bucket.isDown = true
    await pollUntil('a warning', () => archiveWarns(server))
    const [first, live] = [await storedBy(server), await fetch(server.httpUrl('/live/test/index.m3u8'))]
    assert.equal(live.status, 200)
    await publisher.untilDone()
    await untilKept(server, kept => !kept.active && !isStored(kept))
    archive.bucket.isDown = false
    await untilKept(server, isStored)
    assert.ok((await storedBy(server)) > first)
    assert.equal(await archiveWarns(server), undefined)
    const codes = server.program.output.match(/DVR_ARCHIVE_(FAILED|BACK|LOST)/g)
    assert.deepEqual(codes, ['DVR_ARCHIVE_FAILED', 'DVR_ARCHIVE_BACK'])
  }
  await archive.emptyDisk()
  await using server = await archive.keep()
  const [sent, kept] = [await annexBHashes(path, '-t', '9'), await annexBHashes(server.httpUrl('/live/test/dvr.m3u8'))]
  assert.deepEqual(kept, sent)
})

/** An object is an initialisation segment and the segments from its number on. Returns how many these are. */
async function assertIsOnDisk(object: Buffer, hour: string, rendition: string, first: number): Promise<number> {
  const names = await readdir(hour)
  const numbers = names.flatMap(name => new RegExp(`^${rendition}-(\\d+)\\.m4s$`).exec(name)?.[1] ?? []).map(Number)
  const heads = names.filter(name => name.startsWith(`${rendition}-init-`))
  const files = await Promise.all(heads.map(name => readFile(join(hour, name))))
  let at = files.find(head => head.equals(object.subarray(0, head.length)))?.length ?? assert.fail('no init segment')
  let count = 0
  for (const number of numbers.sort((a, b) => a - b)) {
    if (number < first) continue
    if (at === object.length) break
    const bytes = await readFile(join(hour, `${rendition}-${number}.m4s`))
    assert.ok(bytes.equals(object.subarray(at, at + bytes.length)), `${rendition}-${number} in ${rendition}-${first}`)
    at += bytes.length
    count++
  }
  assert.equal(at, object.length)
  return count
}
