import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { framesOf, publishFile } from '../support/ffmpeg-peers.ts'
import { hashes, parseFrameList } from '../support/frame-list.ts'
import { PlayerPage, startPlayerBrowser } from '../support/player-page.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

let server: ServerProcess
let browser: Browser
beforeAll(async () => {
  browser = await startPlayerBrowser()
  server = await ServerProcess.start('--hub-resume-timeout', '500ms')
})
afterAll(async () => {
  await browser.close()
  await server[Symbol.asyncDispose]()
})

/** As other containers have it: without headers where it has such. */
const forms = { aac: ['-bsf:a', 'aac_adtstoasc'], mp3: [] } as const
const seconds = 5

for (const [name, extension, sounds] of [
  ['clip.flv', 'aac', 43],
  ['audio.flv', 'aac', 43],
  ['mp3.flv', 'mp3', 38],
] as const) {
  test.concurrent(`sound: FFmpeg plays ${name} as ${extension}, with the very frames that were sent, from the start and later`, async () => {
    const stream = `live/${name}-${extension}`
    const path = await clip(name)
    const player = (query = '') => {
      const url = server.httpUrl(`/${stream}.${extension}${query}`)
      return startPeer('ffmpeg', ['-v', 'error', '-i', url, '-c', 'copy', ...forms[extension], '-f', 'framemd5', '-'])
    }
    await using waiting = player('?wait=30s')
    await untilConnections(server, 'http', 1)
    await using publisher = publishFile(server.rtmpUrl(stream), path, seconds)
    await untilStream(server, stream, ({ framesIn }) => framesIn > 150)
    await using late = player()
    await publisher.untilDone()
    const sent = hashes((await framesOf(path, seconds)).audio?.frames ?? [])
    const [all = [], rest = []] = await Promise.all(
      [waiting, late].map(async program => {
        return hashes(parseFrameList((await program.untilDone()).stdout.toString()).audio?.frames ?? [])
      }),
    )
    assert.deepEqual(all, sent.slice(-all.length))
    assert.ok(all.length > sounds * (seconds - 1), `${all.length} frames`)
    assert.deepEqual(rest, sent.slice(-rest.length))
    assert.ok(rest.length > 20 && rest.length < all.length, `${rest.length} frames`)
  })

  test.concurrent(`sound: a browser plays ${name} as ${extension}`, async () => {
    const stream = `browser/${name}-${extension}`
    await using publisher = publishFile(server.rtmpUrl(stream), await clip(name), 10)
    await untilStream(server, stream, ({ framesIn }) => framesIn > 30)
    await using view = await PlayerPage.open(browser, server)
    await view.play('native', server.httpUrl(`/${stream}.${extension}`))
    const { heard, errors } = await view.untilAdvanced(2)
    assert.ok(heard > 0)
    assert.deepEqual(errors, [])
    await publisher.close()
  })
}

test('sound: says in words that a stream has none of that kind', async () => {
  await using publisher = publishFile(server.rtmpUrl('live/words'), await clip('mp3.flv'), seconds)
  await untilStream(server, 'live/words', ({ framesIn }) => framesIn > 100)
  const response = await fetch(server.httpUrl('/live/words.aac'))
  assert.equal(response.status, 404)
  const { detail } = (await response.json()) as { detail: string }
  assert.equal(detail, 'Cannot play live/words: AAC is none of its tracks (H.264, MP3)')
  const { headers, body } = await fetch(server.httpUrl('/live/words.mp3'))
  assert.equal(headers.get('content-type'), 'audio/mpeg')
  await body?.cancel()
  await publisher.close()
})
