import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'vitest'
import type { SessionView } from '../../src/api/session-schema.ts'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { ConsolePage, startBrowser } from '../support/console-page.ts'
import { NginxRtmp } from '../support/nginx-rtmp.ts'
import { pollUntil } from '../support/polling.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

/** FFmpeg sends a clip over and over. */
async function publish(url: string, format: string): Promise<Program> {
  const input = ['-v', 'error', '-re', '-stream_loop', '-1', '-i', await clip('clip.flv')]
  return startPeer('ffmpeg', [...input, '-c', 'copy', '-f', format, url])
}

/** FFmpeg reads a stream and keeps nothing. */
function play(url: string): Program {
  return startPeer('ffmpeg', ['-v', 'error', '-i', url, '-c', 'copy', '-f', 'null', '-'])
}

async function list(server: ServerProcess, query = ''): Promise<readonly SessionView[]> {
  const response = await fetch(server.httpUrl(`/api/v1/sessions${query}`))
  assert.equal(response.status, 200)
  return ((await response.json()) as { items: SessionView[] }).items
}

async function untilOne(server: ServerProcess, query: string): Promise<SessionView> {
  return pollUntil(`a session of ${query}`, async () => (await list(server, query))[0])
}

async function end(server: ServerProcess, id: string): Promise<void> {
  const response = await fetch(server.httpUrl(`/api/v1/sessions/${id}`), { method: 'DELETE' })
  assert.equal(response.status, 204)
}

test.concurrent('sessions: players of every protocol are listed, kept while they play, and really disconnected', async () => {
  await using server = await ServerProcess.start()
  await using publisher = await publish(server.rtmpUrl('live/test'), 'flv')
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 25)
  await using rtmp = play(server.rtmpUrl('live/test'))
  await using srt = play(server.srtUrl('read:live/test'))
  await using flv = play(server.httpUrl('/live/test.flv'))
  await using ts = play(server.httpUrl('/live/test.ts'))
  await using mp4 = play(server.httpUrl('/live/test.mp4'))
  await using hls = play(server.httpUrl('/live/test/index.m3u8'))
  const webSocket = new WebSocket(server.httpUrl('/live/test.flv').replace('http', 'ws'))
  const players = { rtmp, srt, 'http-flv': flv, 'http-ts': ts, 'http-mp4': mp4, hls }
  const protocols = [...Object.keys(players), 'ws-flv'].sort()
  const everybody = await pollUntil('all players', async () => {
    const sessions = await list(server, '?role=player&stream=live/test&remote=127.0.0.1')
    return sessions.length === protocols.length && sessions.every(({ bytes }) => bytes > 0) ? sessions : undefined
  })
  assert.deepEqual(everybody.map(({ protocol }) => protocol).sort(), protocols)
  const publishing = await untilOne(server, '?role=publisher')
  assert.deepEqual([publishing.protocol, publishing.stream], ['rtmp', 'live/test'])
  for (const session of [...everybody, publishing]) await untilRefreshed(server, session)
  for (const { id, protocol } of everybody) {
    const ended = players[protocol as keyof typeof players]?.ended ?? once(webSocket, 'close')
    await end(server, id)
    await ended
    assert.deepEqual(await list(server, `?protocol=${protocol}&role=player`), [])
  }
  assert.equal((await list(server)).length, 1)
  await end(server, publishing.id)
  assert.notEqual((await publisher.ended).code, 0)
})

/** More comes, and the session says so. */
async function untilRefreshed(server: ServerProcess, { id, bytes, lastActivityAt }: SessionView): Promise<void> {
  await pollUntil(`something new of ${id}`, async () => {
    const response = await fetch(server.httpUrl(`/api/v1/sessions/${id}`))
    assert.equal(response.status, 200)
    const now = (await response.json()) as SessionView
    return now.bytes > bytes && (now.lastActivityAt ?? '') > (lastActivityAt ?? '') ? true : undefined
  })
}

test.concurrent('sessions: a viewer of DASH who is sent away is refused, and others are not', async () => {
  await using server = await ServerProcess.start()
  await using publisher = await publish(server.srtUrl('publish:live/test'), 'mpegts')
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
  const ask = (viewer: string): Promise<Response> =>
    fetch(server.httpUrl('/live/test/index.mpd'), { headers: { 'user-agent': viewer } })
  assert.equal((await ask('one')).status, 200)
  const session = await untilOne(server, '?protocol=dash')
  await end(server, session.id)
  assert.equal((await ask('one')).status, 403)
  assert.equal((await ask('other')).status, 200)
  await publisher.close()
})

test.concurrent('sessions: what is not there makes no session, and all of a stream are ended at once', async () => {
  await using server = await ServerProcess.start()
  await using publisher = await publish(server.srtUrl('publish:live/test'), 'mpegts')
  const { id } = await untilOne(server, '?role=publisher&protocol=srt')
  for (const path of ['/live/none.ts', '/live/none/index.m3u8', '/live/none/video-1767225600.m4s', '/x/y.ts']) {
    assert.ok([404, 503].includes((await fetch(server.httpUrl(path))).status), path)
  }
  assert.deepEqual(
    (await list(server)).map(session => session.id),
    [id],
  )
  const response = await fetch(server.httpUrl('/api/v1/sessions?stream=live/**&role=publisher'), { method: 'DELETE' })
  assert.deepEqual([response.status, await response.json()], [200, { ended: 1 }])
  await publisher.ended
})

test('sessions: a viewer is disconnected in the console, and leaves its list', async () => {
  await using server = await ServerProcess.start()
  await using publisher = await publish(server.rtmpUrl('live/test'), 'flv')
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 25)
  await using player = play(server.httpUrl('/live/test.ts'))
  const { remote } = await untilOne(server, '?protocol=http-ts')
  await using browser = await startBrowser()
  await using opened = await ConsolePage.open(browser, server, '/watch/live/test')
  const button = opened.page.getByRole('button', { name: `Disconnect ${remote}` })
  await button.click()
  await player.ended
  await button.waitFor({ state: 'detached' })
  assert.deepEqual(opened.complaints, [])
  await publisher.close()
})

test.concurrent('sessions: a relay that is disconnected connects anew, and nobody else notices', async () => {
  await using far = await NginxRtmp.start()
  await using server = await ServerProcess.start('--relay-to', far.url('key'))
  await using publisher = await publish(server.rtmpUrl('live/test'), 'flv')
  const first = await pollUntil('the relay', async () => {
    const [relay] = await list(server, '?role=relay')
    return relay !== undefined && relay.bytes > 0 ? relay : undefined
  })
  assert.ok(!JSON.stringify(first).includes('key'), first.remote)
  await end(server, first.id)
  await pollUntil('the next connection', async () => {
    const [relay] = await list(server, '?role=relay')
    return relay !== undefined && relay.startedAt > first.startedAt && relay.bytes > 0 ? true : undefined
  })
  assert.equal((await list(server, '?role=publisher')).length, 1)
  await publisher.close()
})
