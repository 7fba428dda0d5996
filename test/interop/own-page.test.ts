import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { projectRoot } from '../../scripts/project.mjs'
import { clip } from '../peers/clips.ts'
import { startBrowser } from '../support/console-page.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { ServerProcess } from '../support/server-process.ts'

let browser: Browser
let site: Server
beforeAll(async () => {
  browser = await startBrowser()
  site = await serveOwnPage()
})
afterAll(async () => {
  site.close()
  await browser.close()
})

/** Somebody's web site, which is not the media server: a page that plays the address after its `?` with mpegts.js. */
async function serveOwnPage(): Promise<Server> {
  const player = await readFile(join(projectRoot, 'node_modules', 'mpegts.js', 'dist', 'mpegts.js'))
  const page = `<!doctype html><video muted></video><script src="/mpegts.js"></script><script>
    const url = decodeURIComponent(location.search.slice(1))
    const type = url.endsWith('.ts') ? 'mpegts' : 'flv'
    const player = mpegts.createPlayer({ type, isLive: true, url })
    player.attachMediaElement(document.querySelector('video'))
    player.load()
    player.play()
  </script>`
  const server = createServer((request, response) => {
    const isPlayer = request.url === '/mpegts.js'
    response.setHeader('content-type', isPlayer ? 'text/javascript' : 'text/html').end(isPlayer ? player : page)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}

for (const [scheme, extension, name, source] of [
  ['http', 'flv', 'HTTP-FLV', 'clip.flv'],
  ['ws', 'flv', 'WebSocket-FLV', 'clip.flv'],
  ['http', 'ts', 'HTTP-TS', 'clip.flv'],
  ['ws', 'ts', 'WebSocket-TS', 'clip.flv'],
  ['http', 'ts', 'AV1 over HTTP-TS', 'plain-av1.flv'],
] as const) {
  test(`own page: of another site plays ${name} with mpegts.js`, async () => {
    await using server = await ServerProcess.start()
    await using publisher = publishFile(server.rtmpUrl('live/test'), await clip(source), 10)
    await server.program.untilPrinted(/RTMP_PUBLISH/)

    await using context = await browser.newContext()
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', error => errors.push(String(error)))
    const stream = server.httpUrl(`/live/test.${extension}`).replace('http', scheme)
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/?${encodeURIComponent(stream)}`)
    await page.waitForFunction('document.querySelector("video").getVideoPlaybackQuality().totalVideoFrames > 50')
    await publisher.close()
    assert.deepEqual(errors, [])
  })
}
