import assert from 'node:assert/strict'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived } from '../support/frame-list.ts'
import { NginxRtmp } from '../support/nginx-rtmp.ts'
import { pollUntil } from '../support/polling.ts'
import { logLines, relays, streamFacts, untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 6

/** A folder of its own, for what a server keeps. */
async function openFolder(): Promise<AsyncDisposable & { readonly path: string; readonly store: readonly string[] }> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-declared-'))
  const dispose = (): Promise<void> => rm(path, { recursive: true })
  return {
    path,
    store: ['--store-url', `json:${path}`, '--hub-resume-timeout', '500ms'],
    [Symbol.asyncDispose]: dispose,
  }
}

type Answer = { readonly status: number; readonly etag: string | null; readonly body: Record<string, unknown> }

async function ask(server: ServerProcess, method: string, name: string, body?: unknown, tag?: string): Promise<Answer> {
  const headers = { 'Content-Type': 'application/json', ...(tag !== undefined && { 'If-Match': tag }) }
  const payload = body === undefined ? { headers: {} } : { headers, body: JSON.stringify(body) }
  const response = await fetch(server.httpUrl(`/api/v1/streams/${name}`), { method, ...payload })
  const text = await response.text()
  return { status: response.status, etag: response.headers.get('etag'), body: text === '' ? {} : JSON.parse(text) }
}

test.concurrent('declared streams: a destination comes and goes under a player who misses nothing', async () => {
  await using folder = await openFolder()
  await using far = await NginxRtmp.start()
  await using server = await ServerProcess.start(...folder.store)
  const path = await clip('clip.flv')
  const sent = await framesOf(path, seconds)
  assert.equal((await ask(server, 'PUT', 'live/test', { title: 'Main' })).status, 201)
  await using player = startPlayer(server.rtmpUrl('live/test?wait=30s'))
  await untilConnections(server, 'rtmp', 1)
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 10)
  const patched = await ask(server, 'PATCH', 'live/test', { push: [far.url('secret')] })
  assert.deepEqual(patched.body.push, [{ url: far.url('***') }])
  await pollUntil('the destination', async () => (await relays(server))[0]?.state === 'sending' || undefined)
  // As it was read, with its key hidden, and switched off.
  const off = await ask(server, 'PATCH', 'live/test', { push: [{ url: far.url('***'), enabled: false }] })
  assert.equal(off.status, 200)
  await pollUntil('its end', async () => (await relays(server)).length === 0 || undefined)
  await ask(server, 'PATCH', 'live/test', { settings: { maxLag: '5s', record: false }, tags: ['x'] })
  await publisher.untilDone()
  assert.equal(assertReceived(await received(player), sent), 0)
  assert.ok(!JSON.stringify(await ask(server, 'GET', 'live/test')).includes('secret'))
  assert.ok((await readFile(join(folder.path, 'sluice.json'), 'utf8')).includes('/live/secret'))
})

test.concurrent('declared streams: what was switched off is not published or played until it is on again', async () => {
  await using folder = await openFolder()
  await using server = await ServerProcess.start(...folder.store)
  const path = await clip('clip.flv')
  await using player = startPlayer(server.rtmpUrl('live/test?wait=30s'))
  await untilConnections(server, 'rtmp', 1)
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 10)
  await ask(server, 'PUT', 'live/test', { enabled: false })
  await Promise.all([publisher.ended, player.ended])
  assert.equal((await streamFacts(server, 'live/test'))?.state, 'offline')
  await using refused = publishFile(server.rtmpUrl('live/test'), path, seconds)
  await refused.ended
  assert.equal((await fetch(server.httpUrl('/live/test.flv'))).status, 403)
  await ask(server, 'PATCH', 'live/test', { enabled: true })
  await using again = publishFile(server.rtmpUrl('live/test'), path, 2)
  await untilStream(server, 'live/test', ({ state }) => state === 'live')
  await again.untilDone()
})

test.concurrent('declared streams: who plays over what is switched off has to go, and nobody else notices', async () => {
  await using folder = await openFolder()
  await using server = await ServerProcess.start(...folder.store)
  const path = await clip('clip.flv')
  const sent = await framesOf(path, seconds)
  await using player = startPlayer(server.rtmpUrl('live/test?wait=30s'))
  await using leaving = startPlayer(server.httpUrl('/live/test.flv?wait=30s'))
  await untilConnections(server, 'rtmp', 1)
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
  await untilStream(server, 'live/test', ({ framesIn, viewerCount }) => framesIn > 10 && viewerCount === 2)
  const statusOf = async (file: string): Promise<number> => (await fetch(server.httpUrl(`/live/test${file}`))).status
  assert.equal(await statusOf('/index.m3u8'), 200)
  const wrong = await ask(server, 'PUT', 'live/test', { outputs: { hls: 'never', webrtc: true } })
  assert.equal(wrong.status, 422)
  await ask(server, 'PUT', 'live/test', { outputs: { flv: false, hls: false } })
  await leaving.ended
  assert.deepEqual((await streamFacts(server, 'live/test'))?.outputsOff, ['flv', 'hls'])
  assert.deepEqual(await Promise.all(['.flv', '/index.m3u8', '/index.mpd'].map(statusOf)), [403, 403, 200])
  await ask(server, 'PATCH', 'live/test', { outputs: { hls: null } })
  assert.equal(await statusOf('/index.m3u8'), 200)
  await publisher.untilDone()
  assert.equal(assertReceived(await received(player), sent), 0)
})

test.concurrent('declared streams: of changes that were answered none is lost by kill -9', async () => {
  await using folder = await openFolder()
  const names = Array.from({ length: 40 }, (_, number) => `cam/${number}`)
  const answered = new Set<string>()
  {
    await using server = await ServerProcess.start(...folder.store)
    const all = names.map(async name => {
      const answer = await ask(server, 'PUT', name, { title: name }).catch(() => undefined)
      if (answer?.status === 201) answered.add(name)
      if (answered.size === names.length / 2) server.program.kill('SIGKILL')
    })
    await Promise.all(all)
  }
  await using server = await ServerProcess.start(...folder.store)
  assert.ok(answered.size >= names.length / 2)
  for (const name of answered) assert.equal((await ask(server, 'GET', name)).body.title, name)
})

test.concurrent('declared streams: who was slower is told, and everything wrong is said at once', async () => {
  await using folder = await openFolder()
  await using server = await ServerProcess.start(...folder.store)
  const { etag } = await ask(server, 'PUT', 'a', { title: 'first' })
  assert.equal((await ask(server, 'PUT', 'a', { title: 'second' }, etag ?? '')).status, 200)
  const late = await ask(server, 'PUT', 'a', { title: 'third' }, etag ?? '')
  assert.equal(late.status, 412)
  const wrong = await ask(server, 'PATCH', 'a', { titel: 1, push: [{ url: 'http://x' }], settings: { maxLag: 'soon' } })
  assert.equal(wrong.status, 422)
  const errors = wrong.body.errors as readonly { readonly pointer: string }[]
  assert.deepEqual(
    errors.map(({ pointer }) => pointer),
    ['/titel', '/push/0/url', '/settings/maxLag'],
  )
  assert.equal((await ask(server, 'GET', 'a')).body.title, 'second')
})

test.concurrent('declared streams: those of the file hold, change with it, and a wrong one is named by its line', async () => {
  await using folder = await openFolder()
  const file = join(folder.path, 'sluice.yaml')
  const write = async (text: string): Promise<void> => {
    await writeFile(`${file}.new`, text)
    await rename(`${file}.new`, file)
  }
  await write('streams:\n  cam/one:\n    title: Roof\n    push:\n      - url: rtmp://127.0.0.1:9/live/secret\n')
  await using server = await ServerProcess.start('--config', file, ...folder.store)
  assert.equal((await ask(server, 'GET', 'cam/one')).body.origin, 'file')
  assert.equal((await ask(server, 'DELETE', 'cam/one')).status, 409)
  await write('streams:\n  cam/one: { title: Door }\n  cam/two: { auth: { rules: [deny play] } }\n')
  await pollUntil('the new file', async () => (await ask(server, 'GET', 'cam/two')).status === 200 || undefined)
  assert.equal((await ask(server, 'GET', 'cam/one')).body.title, 'Door')
  assert.equal((await fetch(server.httpUrl('/cam/two.flv'))).status, 403)
  await write('streams:\n  cam/one:\n    push:\n      - url: rtmp://127.0.0.1/live/a\n      - url: ftp://x\n')
  const refused = await pollUntil('the refusal', async () => {
    return logLines(server).find(({ code }) => code === 'CONFIG_REFUSED')
  })
  assert.match(refused.msg, /Cannot use streams\.cam\/one\.push\.1\.url at .*sluice\.yaml:5:9: cannot send to this URL/)
  assert.equal((await ask(server, 'GET', 'cam/one')).body.title, 'Door')
})

test.concurrent('declared streams: one says who may publish and play it, over every protocol', async () => {
  await using folder = await openFolder()
  const path = await clip('clip.flv')
  await using server = await ServerProcess.start(...folder.store, '--auth-rules', 'allow any')
  const auth = { token: ['publish=in-secret', 'play=out-secret'] }
  const { body } = await ask(server, 'PUT', 'live/test', { auth, settings: { accessCheckInterval: '1s' } })
  assert.deepEqual(body.auth, { token: ['publish=***', 'play=***'] })
  await using refused = publishFile(server.rtmpUrl('live/test?token=out-secret'), path, seconds)
  await refused.ended
  assert.match(refused.output, /Cannot publish live\/test: the token does not allow it/)

  await using player = startPlayer(server.rtmpUrl('live/test?wait=30s&token=out-secret'))
  await using viewer = startPlayer(server.httpUrl('/live/test.flv?wait=30s&token=out-secret'))
  const endless = ['-v', 'error', '-re', '-stream_loop', '-1', '-i', path, '-c', 'copy', '-f', 'flv']
  await using publisher = startPeer('ffmpeg', [...endless, server.rtmpUrl('live/test?token=in-secret')])
  await untilStream(server, 'live/test', ({ framesIn, viewerCount }) => framesIn > 10 && viewerCount === 2)
  const statusOf = async (file: string): Promise<number> => (await fetch(server.httpUrl(`/live/test${file}`))).status
  const files = ['.flv', '.ts', '.mp4', '.aac', '/index.m3u8', '/index.mpd', '.flv?t=-10', '/clip.mp4?duration=1']
  assert.deepEqual(
    await Promise.all(files.map(statusOf)),
    files.map(() => 401),
  )
  await assert.rejects(openSocket(server, '/live/test.flv'))
  await openSocket(server, '/live/test.flv?token=out-secret')
  await using receiver = startPlayer(server.srtUrl('read:live/test'))
  assert.notEqual((await receiver.ended).code, 0)

  // Viewers of segments are asked again; who is in over RTMP and HTTP stays in.
  const list = '/index.m3u8?token=out-secret'
  assert.equal(await statusOf(list), 200)
  assert.equal(
    (await ask(server, 'PATCH', 'live/test', { auth: { token: ['publish=***', 'play=other'] } })).status,
    200,
  )
  await pollUntil('the next check', async () => (await statusOf(list)) === 401 || undefined)
  await ask(server, 'PATCH', 'live/test', { auth: { rules: ['allow play from 127.0.0.0/8'] } })
  assert.equal(await statusOf('/index.mpd'), 200)
  await publisher.close()
  for (const peer of [player, viewer]) assert.ok(((await received(peer)).video?.frames.length ?? 0) > 10)

  // What was sent back hidden is still the token. Without the declaration, everybody may again.
  await using known = publishFile(server.rtmpUrl('live/test?token=in-secret'), path, 1)
  await known.untilDone()
  assert.equal((await ask(server, 'DELETE', 'live/test')).status, 204)
  await using anybody = publishFile(server.rtmpUrl('live/test'), path, 1)
  await anybody.untilDone()
  assert.doesNotMatch(server.program.output, /(in|out)-secret/)
})

/** Resolves when the server has taken the WebSocket, which is closed then. */
function openSocket(server: ServerProcess, path: string): Promise<void> {
  const socket = new WebSocket(server.httpUrl(path).replace('http', 'ws'))
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(socket.close()))
    socket.addEventListener('error', () => reject(new Error(`Cannot open a WebSocket at ${path}`)))
  })
}

test.concurrent('declared streams: what is wrong with an access is said at its place, and what cannot be said yet', async () => {
  await using folder = await openFolder()
  await using server = await ServerProcess.start(...folder.store)
  const auth = { rules: ['allow play', 'allow api'], token: ['hunter2'], tokens: [] }
  const wrong = await ask(server, 'PUT', 'a', { auth, transcode: {}, record: true, outputs: { webrtc: true } })
  const errors = wrong.body.errors as readonly { readonly pointer: string; readonly detail: string }[]
  assert.equal(wrong.status, 422)
  assert.deepEqual(
    errors.map(({ pointer, detail }) => `${pointer} ${detail.slice(0, 40)}`),
    [
      '/transcode It is not supported yet',
      '/record There is no such key: did you mean setti',
      '/outputs/webrtc It is not supported yet',
      '/auth/tokens There is no such key: did you mean token',
      '/auth/rules/1 It must be one of a list of rules: allow',
      '/auth/token/0 It must be one of a list of ACTION=TOKEN',
    ],
  )
  assert.doesNotMatch(JSON.stringify(wrong.body), /hunter2/)
  assert.equal((await ask(server, 'PUT', 'a', { auth: { token: ['play=***'] } })).status, 422)
})
