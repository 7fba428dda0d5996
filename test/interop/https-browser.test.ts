import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { certificatePath } from '../support/certificate-fixture.ts'
import { publishTime } from '../support/clock-publisher.ts'
import { ConsolePage } from '../support/console-page.ts'
import { faults, PlayerPage, startPlayerBrowser } from '../support/player-page.ts'
import { metric, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { fetchedOver, type Website } from '../support/website.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startPlayerBrowser()
})
afterAll(() => browser.close())

function startServer(): Promise<ServerProcess> {
  const [cert, key] = [certificatePath('server', 'crt'), certificatePath('server', 'key')]
  return ServerProcess.start('--http-tls-listen', '127.0.0.1:0', '--http-tls-cert', cert, '--http-tls-key', key)
}

async function websiteOf(server: ServerProcess): Promise<Website> {
  const origin = await server.httpsUrl('')
  return { httpUrl: path => origin + path }
}

/**
 * True if it plays less than so many seconds behind the end of the playlist: without low latency it stands six behind. It
 * plays on from where it has begun or was held up, which on a busy machine is late: then do what a button "go live" does.
 */
const goLive = `(() => {
  const isThere = video.readyState > 2 && !video.seeking
  if (isThere && player.latency >= 3) video.currentTime = player.liveSyncPosition
  return isThere && player.latency < 3
})()`

test('https: hls.js in Chromium plays with low latency over HTTP/2, on one connection', async () => {
  await using server = await startServer()
  const website = await websiteOf(server)
  await using publisher = publishTime(server.rtmpUrl('live/test'))
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
  await using view = await PlayerPage.open(browser, website)
  await view.play('hls.js', website.httpUrl('/live/test/index.m3u8'))
  const { errors, heard } = await view.untilAdvanced(10)
  await view.page.waitForFunction(goLive, undefined, { polling: 1000 })
  const protocols = await fetchedOver(view.page)
  const connections = await metric(server, 'sluice_connections{protocol="https"}')
  await publisher.close()
  assert.deepEqual(faults(errors), [])
  assert.ok(heard > 0)
  const over = protocols['h2'] ?? []
  const awaited = over.filter(path => /\.m3u8\?.*_HLS_msn=\d+&_HLS_part=/.test(path))
  const parts = over.filter(path => /-\d+\.\d+\.m4s$/.test(path))
  assert.ok(awaited.length > 20 && parts.length > 20, `${awaited.length} playlists, ${parts.length} parts over HTTP/2`)
  const others = Object.entries(protocols).filter(([protocol]) => protocol !== 'h2')
  assert.deepEqual(
    others.flatMap(([, paths]) => paths).filter(path => path.startsWith('/live/')),
    [],
  )
  assert.equal(connections, 1)
})

test('https: Chromium opens a WebSocket beside its connection of HTTP/2', async () => {
  await using server = await startServer()
  const website = await websiteOf(server)
  await using publisher = publishTime(server.rtmpUrl('live/test'))
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
  await using view = await ConsolePage.open(browser, website, '/')
  const url = website.httpUrl('/live/test.flv').replace(/^https/, 'wss')
  const first = await view.page.evaluate(`new Promise((resolve, reject) => {
    const socket = new WebSocket(${JSON.stringify(url)})
    socket.binaryType = 'arraybuffer'
    socket.onerror = () => reject(new Error('refused'))
    socket.onmessage = ({ data }) => { socket.close(); resolve(new TextDecoder().decode(data.slice(0, 3))) }
  })`)
  await publisher.close()
  assert.equal(first, 'FLV')
})

test('https: the console plays over HTTP/2, and shows the addresses that go with it', async () => {
  await using server = await startServer()
  const website = await websiteOf(server)
  await using publisher = publishTime(server.rtmpUrl('live/test'))
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
  await using view = await ConsolePage.open(browser, website, '/watch/live/test')
  for (const player of ['flv', 'hls']) {
    await view.page.getByTestId('player-menu').selectOption(player)
    await view.page.locator(`[data-player="${player}"]`).waitFor()
    await view.untilPhase('playing')
    await view.untilAdvanced(2)
  }
  const origin = website.httpUrl('')
  const shown = await view.page.locator('body').innerText()
  for (const address of [`${origin}/live/test.flv`, `${origin.replace(/^https/, 'wss')}/live/test.flv`]) {
    assert.ok(shown.includes(address), shown)
  }
  const protocols = await fetchedOver(view.page)
  await publisher.close()
  assert.deepEqual(
    Object.keys(protocols).filter(protocol => protocol !== 'h2' && protocol !== ''),
    [],
  )
  assert.deepEqual({ complaints: view.complaints, missing: [...view.missing] }, { complaints: [], missing: [] })
})
