import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { certificatePath } from '../support/certificate-fixture.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, assertReceivedPart } from '../support/frame-list.ts'
import { pollUntil } from '../support/polling.ts'
import { relays, untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { startSluice } from '../support/sluice-command.ts'

const certificate = certificatePath('server', 'crt')
const key = certificatePath('server', 'key')

/** A server that listens for RTMPS too, and its URL there. */
async function startTls(): Promise<{ readonly server: ServerProcess; readonly url: string }> {
  const tls = ['--rtmp-tls-listen', '127.0.0.1:0', '--rtmp-tls-cert', certificate, '--rtmp-tls-key', key]
  const server = await ServerProcess.start(...tls, '--hub-resume-timeout', '500ms')
  const [, port] = await server.program.untilPrinted(/"protocol":"rtmps".*?"port":(\d+)/)
  return { server, url: `rtmps://localhost:${port}` }
}

test.concurrent('relay over TLS: a stream is sent on as it was, to a server whose certificate is trusted', async () => {
  const { server: far, url } = await startTls()
  await using there = far
  await using near = await ServerProcess.start('--relay-to', `${url}/{name}`, '--relay-ca', certificate)
  const path = await clip('clip.flv')
  await using player = startPlayer(there.rtmpUrl('live/test?wait=30s'))
  await untilConnections(there, 'rtmp', 1)
  await using publisher = publishFile(near.rtmpUrl('live/test'), path, 4)
  await publisher.untilDone()
  await near.program.untilPrinted(/"code":"RTMP_UNPUBLISH"/)
  await near.program.close()
  assert.equal(assertReceived(await received(player), await framesOf(path, 4)), 0)
})

test.concurrent('relay over TLS: a stream is pulled as it was', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-pull-tls-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const { server: far, url } = await startTls()
  await using there = far
  const file = join(folder, 'sluice.yaml')
  await writeFile(
    file,
    JSON.stringify({ relay: { ca: certificate }, paths: { 'far/**': { pull: `${url}/live/{key}` } } }),
  )
  await using near = await ServerProcess.start('--config', file, '--hub-resume-timeout', '500ms')
  const path = await clip('clip.flv')
  await using publisher = publishFile(there.rtmpUrl('live/test'), path, 5)
  await untilStream(there, 'live/test', ({ framesIn }) => framesIn > 0)
  await using player = startPlayer(near.rtmpUrl('far/test'))
  const { publisher: source } = await untilStream(near, 'far/test', ({ framesIn }) => framesIn > 20)
  assert.match(source?.peer ?? '', /^rtmps:/)
  await publisher.untilDone()
  assertReceivedPart(await received(player), await framesOf(path, 5))
})

test.concurrent('input over TLS: it has credentials, trust and an address of its own', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-input-tls-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const tls = ['rtmp', 'http'].flatMap(name => {
    return [`--${name}-tls-listen`, '127.0.0.1:0', `--${name}-tls-cert`, certificate, `--${name}-tls-key`, key]
  })
  const tokens = ['play:live/*=HUSH', 'publish:live/*=SEND', 'api:**=OPS'].flatMap(token => ['--auth-token', token])
  await using there = await ServerProcess.start(...tls, '--auth-mode', 'token', ...tokens)
  const [, rtmps] = await there.program.untilPrinted(/"protocol":"rtmps".*?"port":(\d+)/)
  const [, https] = await there.program.untilPrinted(/"protocol":"https".*?"port":(\d+)/)
  await using publisher = startSluice(['publish', '--loop', await clip('clip.flv'), there.rtmpUrl('live/a?token=SEND')])
  const own = { username: 'us', password: 'HUSH', interface: '127.0.0.2', reconnect: { min: '200ms', max: '200ms' } }
  const trusting = { ...own, tls: { ca: certificate } }
  const inputs = [
    { ...trusting, url: `rtmps://localhost:${rtmps}/live/a` },
    { ...own, url: `https://localhost:${https}/live/a.ts`, tls: { verify: false } },
    { ...own, url: `https://localhost:${https}/live/a.ts` },
    { ...trusting, url: `https://localhost:${https}/live/a.ts`, password: 'WRONG' },
  ]
  const file = join(folder, 'sluice.yaml')
  await writeFile(file, JSON.stringify({ streams: { 'far/test': { inputs } } }))
  await using near = await ServerProcess.start('--config', file)
  const { inputs: now } = await untilStream(near, 'far/test', ({ inputs: status }) => {
    const [first, second, third, fourth] = status?.items ?? []
    const isHeard = first?.state === 'receiving' && second?.state === 'receiving'
    return isHeard && [third, fourth].every(input => typeof input?.lastError === 'string')
  })
  assert.match(now?.items[2]?.lastError ?? '', /its certificate is self-signed and not trusted$/)
  assert.match(now?.items[3]?.lastError ?? '', /the answer is 40[13]$/)
  const authorization = { headers: { authorization: 'Bearer OPS' } }
  const sessions = await fetch(there.httpUrl('/api/v1/sessions?role=player&remote=127.0.0.2'), authorization)
  const { items } = (await sessions.json()) as { readonly items: readonly { readonly protocol: string }[] }
  assert.deepEqual(items.map(({ protocol }) => protocol).sort(), ['http-ts', 'rtmps'])
  const shown = await (await fetch(near.httpUrl('/api/v1/streams/far/test'))).text()
  for (const text of [shown, near.program.output]) assert.doesNotMatch(text, /HUSH|WRONG/)
  await publisher.close()
})

test.concurrent('relay over TLS: a certificate that nobody vouches for is refused', async () => {
  const { server: far, url } = await startTls()
  await using there = far
  await using near = await ServerProcess.start('--relay-to', `${url}/{name}`)
  await using publisher = publishFile(near.rtmpUrl('live/test'), await clip('clip.flv'), 6)
  const error = await pollUntil('the refusal', async () => (await relays(near))[0]?.lastError ?? undefined)
  assert.match(error, /its certificate is self-signed and not trusted$/)
  assert.equal(there.program.output.includes('RTMP_PUBLISH'), false)
  await publisher.close()
})

test.concurrent('commands over TLS: certificates of NODE_EXTRA_CA_CERTS are trusted', async () => {
  const { server, url } = await startTls()
  await using there = server
  await using publisher = startSluice(['publish', '--loop', await clip('clip.flv'), `${url}/live/test`], {
    env: { NODE_EXTRA_CA_CERTS: certificate },
  })
  const { publisher: facts } = await untilStream(there, 'live/test', ({ framesIn }) => framesIn > 20)
  assert.equal(facts?.protocol, 'rtmps')
  assert.equal((await publisher.close()).code, 0)
})
