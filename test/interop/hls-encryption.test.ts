import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { publishTime } from '../support/clock-publisher.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { type ReadPlaylist, readAttributes, readPlaylist } from '../support/hls-playlist.ts'
import { faults, PlayerPage, startPlayerBrowser } from '../support/player-page.ts'
import { pollUntil } from '../support/polling.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const run = promisify(execFile)
const encrypted = ['--hls-encryption', 'aes-128', '--hls-key-rotation', '2', '--packager-segment-duration', '1s']

let browser: Browser
beforeAll(async () => {
  browser = await startPlayerBrowser()
})
afterAll(() => browser.close())

/** The playlist, as soon as it lists so many keys. */
function untilKeys(server: ServerProcess, name: string, fewest: number): Promise<ReadPlaylist> {
  return pollUntil(`${fewest} keys`, async () => {
    const response = await fetch(server.httpUrl(`/live/test/${name}`))
    if (!response.ok) return undefined
    const playlist = readPlaylist(await response.text())
    const keys = playlist.segments.map(({ key }) => readAttributes(key ?? '').get('URI'))
    return new Set(keys).size >= fewest ? playlist : undefined
  })
}

const players = [
  { player: 'hls.js', file: 'index.m3u8' },
  { player: 'hls.js', file: 'ts.m3u8' },
  { player: 'shaka', file: 'index.m3u8' },
  // Of fragmented MP4 it takes the map for a part of the first segment, and makes out neither.
  { player: 'native', file: 'ts.m3u8' },
] as const

test.concurrent('hls encryption: players play over changes of the key', async () => {
  await using server = await ServerProcess.start(...encrypted)
  await using publisher = publishTime(server.rtmpUrl('live/test'))
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
  await Promise.all([untilKeys(server, 'video.m3u8', 3), untilKeys(server, 'ts.m3u8', 3)])
  await Promise.all(
    players.map(async ({ player, file }) => {
      await using view = await PlayerPage.open(browser, server)
      const keys = new Set<string>()
      view.page.on('request', request => request.url().endsWith('.key') && keys.add(request.url()))
      const url = server.httpUrl(`/live/test/${file}`)
      await view.play(player, url)
      if (player === 'native') await untilBegun(view, url)
      await view.untilAdvanced(0.5)
      await view.untilAdvanced(3)
      const { errors, heard } = await view.untilDecoded(25)
      assert.deepEqual({ player, file, errors: faults(errors) }, { player, file, errors: [] })
      assert.ok(heard > 0, player)
      assert.ok(player === 'native' || keys.size >= 2, `${player}: ${keys.size} keys`)
    }),
  )
  await publisher.close()
})

/** Chromium's own player ends where it is too slow to begin within the three segments that it reads first: it tries again. */
async function untilBegun(view: PlayerPage, url: string): Promise<void> {
  while ((await view.untilBegun()).errors.length > 0) await view.play('native', url)
}

test.concurrent('hls encryption: OpenSSL makes out a segment by its key', async () => {
  await using server = await ServerProcess.start(...encrypted)
  await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('clip.flv'), 10)
  const { segments } = await untilKeys(server, 'ts.m3u8', 2)
  const folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'))
  try {
    const [{ uri, key } = { uri: '', key: '' }] = segments.slice(-1)
    const attributes = readAttributes(key ?? '')
    const [sealed, opened] = [join(folder, 'sealed'), join(folder, 'opened.ts')]
    await writeFile(sealed, await bytesOf(server, uri))
    const keyBytes = await bytesOf(server, attributes.get('URI') ?? '')
    const cipher = ['-K', keyBytes.toString('hex'), '-iv', attributes.get('IV')?.slice(2) ?? '']
    await run('openssl', ['enc', '-d', '-aes-128-cbc', ...cipher, '-in', sealed, '-out', opened])
    const packets = await readFile(opened)
    assert.ok(packets.length > 10 * 188 && packets.length % 188 === 0)
    for (let at = 0; at < packets.length; at += 188) assert.equal(packets[at], 0x47)
  } finally {
    await rm(folder, { recursive: true })
  }
  await publisher.close()
})

async function bytesOf(server: ServerProcess, name: string): Promise<Buffer> {
  const response = await fetch(server.httpUrl(`/live/test/${name}`))
  assert.equal(response.status, 200, name)
  return Buffer.from(await response.arrayBuffer())
}

test.concurrent('hls encryption: who may not play gets no key, and no secret is ever told', async () => {
  const secret = 'a secret that nobody may see'
  const access = ['--auth-mode', 'token', '--auth-token', 'publish:live/test=in', '--auth-token', 'play:live/*=out']
  await using server = await ServerProcess.start(...encrypted, '--hls-key-secret', secret, ...access)
  await using publisher = publishFile(server.rtmpUrl('live/test?token=in'), await clip('clip.flv'), 10)
  const { segments } = await untilKeys(server, 'video.m3u8?token=out', 1)
  const uri = readAttributes(segments[0]?.key ?? '').get('URI') ?? ''
  assert.match(uri, /\.key\?token=out$/)
  assert.equal((await bytesOf(server, uri)).length, 16)
  const bare = uri.replace(/\?.*/, '')
  for (const [query, status] of [
    ['', 401],
    ['?token=guess', 401],
    ['?token=in', 403],
  ] as const) {
    const response = await fetch(server.httpUrl(`/live/test/${bare}${query}`))
    assert.equal(response.status, status, query)
    assert.ok((await response.arrayBuffer()).byteLength > 16)
  }
  const key = (await bytesOf(server, uri)).toString('hex')
  for (const path of ['/metrics', '/api/v1/config', '/api/v1/streams', '/debug/vars']) {
    const text = await (await fetch(server.httpUrl(path))).text()
    assert.ok(!text.includes(secret) && !text.includes(key), path)
  }
  assert.ok(!server.program.output.includes(secret))
  await publisher.close()
})
