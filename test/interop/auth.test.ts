import assert from 'node:assert/strict'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { AccessBackend } from '../support/access-backend.ts'
import { ConsolePage, startBrowser } from '../support/console-page.ts'
import { framesOf, publishFile, publishOverAndOver, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived } from '../support/frame-list.ts'
import { metric, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { TokenIssuer } from '../support/token-issuer.ts'

const name = 'live/test'
const quick = ['--hub-resume-timeout', '500ms']

/** FFmpeg publishes for 2 s with one set of credentials and plays, over RTMP and HTTP, with another. */
async function assertAllowed(server: ServerProcess, publish: string, play: string): Promise<void> {
  const path = await clip('clip.flv')
  await using player = startPlayer(server.rtmpUrl(`${name}?wait=30s&${play}`))
  await using viewer = startPlayer(server.httpUrl(`/${name}.flv?wait=30s&${play}`))
  await using publisher = publishFile(server.rtmpUrl(`${name}?${publish}`), path, 2)
  await publisher.untilDone()
  const sent = await framesOf(path, 2)
  for (const peer of [player, viewer]) assert.equal(assertReceived(await received(peer), sent), 0)
}

async function assertPublishRefused(server: ServerProcess, query: string, reason: RegExp): Promise<void> {
  await using publisher = publishFile(server.rtmpUrl(`${name}${query}`), await clip('clip.flv'), 2)
  assert.notEqual((await publisher.ended).code, 0)
  assert.match(publisher.output, new RegExp(`Server error: Cannot publish live/test: ${reason.source}`))
}

async function assertPlayRefused(server: ServerProcess, query: string, reason: RegExp): Promise<void> {
  await using player = startPlayer(server.rtmpUrl(`${name}${query}`))
  assert.notEqual((await player.ended).code, 0)
  assert.match(player.output, new RegExp(`Server error: Cannot play live/test: ${reason.source}`))
  await using viewer = startPlayer(server.httpUrl(`/${name}.flv${query}`))
  assert.notEqual((await viewer.ended).code, 0)
  assert.match(viewer.output, /401 Unauthorized|403 Forbidden|4XX Client Error|5XX Server Error/)
}

test.concurrent('auth: tokens of FFmpeg, in the key, for each action', async () => {
  const tokens = ['--auth-token', `publish:${name}=in-secret`, '--auth-token', 'play:live/*=out-secret']
  await using server = await ServerProcess.start(...quick, '--auth-mode', 'token', ...tokens)
  await assertPublishRefused(server, '', /a token or a password is needed/)
  await assertPublishRefused(server, '?token=guess', /the token is wrong/)
  await assertPublishRefused(server, '?token=out-secret', /the token does not allow it/)
  await assertPlayRefused(server, '', /a token or a password is needed/)
  await assertPlayRefused(server, '?token=in-secret', /the token does not allow it/)
  await assertAllowed(server, 'token=in-secret', 'token=out-secret')
  assert.equal(await metric(server, 'sluice_auth_requests_total{action="publish",result="wrong"}'), 1)
  assert.doesNotMatch(server.program.output, /(in|out)-secret/)
})

test.concurrent('auth: a token in the application of an RTMP URL', async () => {
  await using server = await ServerProcess.start('--auth-mode', 'token', '--auth-token', `${name}=s3cret`)
  const url = server.rtmpUrl('live?token=s3cret/test')
  await using publisher = publishOverAndOver(url, await clip('clip.flv'))
  await untilStream(server, name, ({ framesIn }) => framesIn > 10)
  await publisher.close()
})

test.concurrent('auth: users of a file, which changes while the server runs', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-auth-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'access.json')
  const users = (password: string): string =>
    JSON.stringify({ users: [{ user: 'eva', password, allow: ['publish play on live/**'] }] })
  await writeFile(file, users('secret-1'))
  await using server = await ServerProcess.start(...quick, '--auth-mode', 'file', '--auth-file', file)
  await assertPublishRefused(server, '?user=eva&pass=wrong', /the user, the password or the token is wrong/)
  await assertPlayRefused(server, '?user=eva&pass=wrong', /the user, the password or the token is wrong/)
  await assertPlayRefused(server, '', /a token or a password is needed/)
  const credentials = 'user=eva&pass=secret-1'
  await assertAllowed(server, credentials, credentials)

  await writeFile(file, users('secret-2').slice(0, -5))
  await server.program.untilPrinted(/AUTH_FILE_REFUSED/)
  assert.equal((await fetch(server.httpUrl('/readyz'))).status, 503)
  await assertAllowed(server, credentials, credentials)

  await writeFile(`${file}.new`, users('secret-2'))
  await rename(`${file}.new`, file)
  await server.program.untilPrinted(/AUTH_FILE_READ/)
  assert.equal((await fetch(server.httpUrl('/readyz'))).status, 200)
  await assertPublishRefused(server, `?${credentials}`, /the user, the password or the token is wrong/)
  await assertAllowed(server, 'user=eva&pass=secret-2', 'user=eva&password=secret-2')
  server.program.kill('SIGHUP')
  await server.program.untilPrinted(/SERVER_RELOADING/)
  assert.equal((await fetch(server.httpUrl('/readyz'))).status, 200)
  assert.doesNotMatch(server.program.output, /secret-[12]/)
})

test.concurrent('auth: a callback in the words of each kind of backend', async () => {
  await using backend = await AccessBackend.start()
  const isEva = ({ param = '', query = '' }: Record<string, string>): boolean => /pass=secret/.test(param + query)
  for (const [format, no, yes] of [
    ['sluice', [403, ''], [204, '']],
    ['mediamtx', [401, ''], [200, 'ok']],
    ['srs', [200, '{"code":1}'], [200, '{"code":0}']],
  ] as const) {
    backend.bodies.length = 0
    backend.answer = response => {
      const [status, text] = isEva(backend.bodies.at(-1) ?? {}) ? yes : no
      response.writeHead(status).end(text)
    }
    const flags = ['--auth-mode', 'callback', '--auth-callback-url', backend.url(), '--auth-callback-format', format]
    await using server = await ServerProcess.start(...quick, ...flags)
    await assertPublishRefused(server, '?user=eva&pass=wrong', /the access callback says no/)
    await assertPlayRefused(server, '?user=eva&pass=wrong', /the access callback says no/)
    await assertAllowed(server, 'user=eva&pass=secret', 'user=eva&pass=secret')
    // FFmpeg asks again behind a 401 that names the scheme Basic.
    assert.ok(backend.bodies.length >= 6, `${backend.bodies.length} questions`)
    assert.doesNotMatch(server.program.output, /pass=|secret/)
  }
})

test.concurrent('auth: a callback that does not answer lets nobody in', async () => {
  await using backend = await AccessBackend.start()
  backend.answer = () => undefined
  const timeout = ['--auth-callback-timeout', '300ms']
  await using server = await ServerProcess.start(
    ...['--auth-mode', 'callback', '--auth-callback-url', backend.url(), ...timeout],
  )
  await assertPublishRefused(server, '', /access cannot be checked now/)
  await assertPlayRefused(server, '', /access cannot be checked now/)
  await server.program.untilPrinted(/AUTH_CALLBACK_FAILED.*no answer came within 300 ms/)
})

test.concurrent('auth: signed tokens, with the keys at a URL', async () => {
  await using backend = await AccessBackend.start()
  const [issuer, foreign] = await Promise.all([TokenIssuer.create(), TokenIssuer.create()])
  const keys = await issuer.keySet()
  backend.answer = response => void response.end(keys)
  const jwt = ['--auth-jwt-jwks', backend.url('/keys'), '--auth-jwt-issuer', 'me', '--auth-jwt-audience', 'sluice']
  await using server = await ServerProcess.start(...quick, '--auth-mode', 'jwt', ...jwt)
  const soon = Math.floor(Date.now() / 1000) + 300
  const claims = { iss: 'me', aud: 'sluice', exp: soon, sluice: [{ action: 'publish', path: 'live/*' }] }
  const viewer = { ...claims, sluice: undefined, mediamtx_permissions: [{ action: 'read', path: name }] }
  const [publish, play] = await Promise.all([issuer.sign(claims), issuer.sign(viewer)])
  await assertPublishRefused(server, `?jwt=${await foreign.sign(claims)}`, /the token is wrong/)
  await assertPublishRefused(server, `?jwt=${play}`, /the token does not allow it/)
  await assertPlayRefused(server, `?token=${publish}`, /the token does not allow it/)
  await assertPlayRefused(
    server,
    `?token=${await issuer.sign({ ...viewer, exp: soon - 600 })}`,
    /the token has expired/,
  )
  await assertAllowed(server, `jwt=${publish}`, `token=${play}`)
  assert.doesNotMatch(server.program.output, /eyJ/)
})

test.concurrent('auth: the API and the metrics of another machine, by header or URL', async () => {
  const tokens = ['--auth-token', 'api:**=ops', '--auth-token', 'metrics:**=prometheus']
  await using server = await ServerProcess.start('--auth-mode', 'token', ...tokens)
  const ask = async (path: string, headers: Record<string, string> = {}): Promise<number> => {
    const fromAfar = { 'x-forwarded-for': '203.0.113.7', ...headers }
    return (await fetch(server.httpUrl(path), { headers: fromAfar })).status
  }
  assert.equal((await fetch(server.httpUrl('/api/v1/streams'))).status, 200)
  assert.equal(await ask('/api/v1/streams'), 401)
  assert.equal(await ask('/api/v1/streams', { authorization: 'Bearer ops' }), 200)
  assert.equal(await ask('/api/v1/streams', { authorization: `Basic ${btoa('any:ops')}` }), 200)
  assert.equal(await ask('/api/v1/streams?token=ops'), 200)
  assert.equal(await ask('/metrics?token=ops'), 403)
  assert.equal(await ask('/metrics', { authorization: 'Bearer prometheus' }), 200)
  for (let i = 0; i < 10; i++) assert.equal(await ask('/metrics?token=guess'), 401)
  assert.equal(await ask('/metrics', { authorization: 'Bearer prometheus' }), 429)
  await server.program.untilPrinted(/AUTH_BLOCKED/)
  assert.equal((await fetch(server.httpUrl('/metrics'))).status, 200)
})

test.concurrent('auth: roles say how much of the API another machine may use', async () => {
  const tokens = ['viewer:**=look', 'operator:**=run'].flatMap(token => ['--auth-token', token])
  await using server = await ServerProcess.start('--auth-mode', 'token', ...tokens)
  const ask = async (method: string, token: string): Promise<[status: number, detail: string | undefined]> => {
    const headers = { 'x-forwarded-for': '203.0.113.7', ...(token !== '' && { authorization: `Bearer ${token}` }) }
    const url = server.httpUrl('/api/v1/sessions?stream=live/none')
    const response = await fetch(url, { method, headers })
    return [response.status, ((await response.json()) as { detail?: string }).detail]
  }
  assert.deepEqual(await ask('GET', 'look'), [200, undefined])
  assert.deepEqual(await ask('DELETE', 'look'), [403, 'Cannot use the API as operator: the token does not allow it'])
  assert.deepEqual(await ask('DELETE', ''), [401, 'Cannot use the API as operator: a token or a password is needed'])
  assert.deepEqual(await ask('DELETE', 'run'), [200, undefined])
  await using open = await ServerProcess.start()
  const url = open.httpUrl('/api/v1/sessions?stream=live/none')
  const fromAfar = { headers: { 'x-forwarded-for': '203.0.113.7' } }
  assert.equal((await fetch(url, fromAfar)).status, 403)
  assert.equal((await fetch(url, { ...fromAfar, method: 'DELETE' })).status, 403)
  assert.equal((await fetch(url, { method: 'DELETE' })).status, 200)
})

test.concurrent('auth: GStreamer and librtmp are told in words that they know', async () => {
  await using server = await ServerProcess.start('--auth-mode', 'token', '--auth-token', `${name}=s3cret`)
  const pipeline = 'videotestsrc is-live=true ! x264enc ! h264parse ! flvmux streamable=true ! rtmp2sink location='
  await using gstreamer = startPeer('gst-launch-1.0', `${pipeline}${server.rtmpUrl(`${name}?token=guess`)}`.split(' '))
  assert.notEqual((await gstreamer.ended).code, 0)
  assert.match(gstreamer.output, /Not authorized to connect: publish denied.*the token is wrong/)
  await using rtmpdump = startPeer('rtmpdump', ['--live', '-r', server.rtmpUrl(name), '-o', '/dev/null'])
  assert.notEqual((await rtmpdump.ended).code, 0)
  assert.match(rtmpdump.output, /ERROR: Closing connection: NetStream\.Play\.Failed/)
})

test('auth: the browser asks whoever looks at the console, and the page says who may not', async () => {
  const tokens = ['--auth-token', `${name}=s3cret`, '--auth-token', 'api:**=s3cret', '--auth-failures-limit', '0']
  const flags = ['--no-auth-trust-loopback', ...tokens]
  await using server = await ServerProcess.start('--auth-mode', 'token', ...flags)
  await using publisher = publishOverAndOver(server.rtmpUrl(`${name}?token=s3cret`), await clip('clip.flv'))
  const browser = await startBrowser()
  try {
    const page = `/watch/${name}`
    await using visitor = await ConsolePage.open(browser, server, page, { username: 'eva', password: 'guess' })
    await visitor.untilPhase('denied')
    await visitor.untilOverlaySays('You may not watch this stream')
    await visitor.page.getByText('The server refused: Cannot use the API: the token is wrong').waitFor()
    await using member = await ConsolePage.open(browser, server, page, { username: 'eva', password: 's3cret' })
    await member.untilPhase('playing')
  } finally {
    await browser.close()
  }
  await publisher.close()
})
