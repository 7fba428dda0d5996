import assert from 'node:assert/strict'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { certificatePath } from '../support/certificate-fixture.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived } from '../support/frame-list.ts'
import { HaProxy, proxyAddress } from '../support/haproxy.ts'
import { pollUntil } from '../support/polling.ts'
import { logLines, untilConnections } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const name = 'live/test'
const trust = ['--hub-resume-timeout', '500ms', '--proxy-protocol-trusted-proxies', proxyAddress]
const tls = ['--rtmp-tls-listen', '127.0.0.1:0', '--rtmp-tls-proxy-protocol'].concat([
  ...['--rtmp-tls-cert', certificatePath('server', 'crt')],
  ...['--rtmp-tls-key', certificatePath('server', 'key')],
])

test.concurrent('proxy protocol: HAProxy passes publishers and players on over RTMP and RTMPS, under their own addresses', async () => {
  await using server = await ServerProcess.start(...trust, '--rtmp-proxy-protocol', ...tls)
  await using plain = await HaProxy.start(server.rtmpPort, 'send-proxy')
  const secureUrl = new URL(await server.rtmpsUrl(''))
  await using secure = await HaProxy.start(Number(secureUrl.port), 'send-proxy-v2')
  const path = await clip('clip.flv')
  const sent = await framesOf(path, 3)
  await using overTls = startPlayer(`rtmps://127.0.0.1:${secure.port}/${name}?wait=30s`)
  await using overTcp = startPlayer(`rtmp://127.0.0.1:${plain.port}/${name}?wait=30s`)
  await untilConnections(server, 'rtmps', 1)
  await untilConnections(server, 'rtmp', 1)
  await using publisher = publishFile(`rtmp://127.0.0.1:${plain.port}/${name}`, path, 3)
  await publisher.untilDone()
  assert.equal(assertReceived(await received(overTls), sent), 0)
  assert.equal(assertReceived(await received(overTcp), sent), 0)
  const peers = logLines(server).flatMap(({ code, peer }) => (/RTMP_(PUBLISH|PLAY)$/.test(code) ? [peer ?? ''] : []))
  assert.equal(peers.length, 3)
  for (const peer of peers) assert.match(peer, /^127\.0\.0\.1:\d+$/)
})

test.concurrent('proxy protocol: who comes without HAProxy is turned away, with one line of the log', async () => {
  await using server = await ServerProcess.start(...trust, '--rtmp-proxy-protocol')
  await using player = startPlayer(server.rtmpUrl(name))
  assert.notEqual((await player.ended).code, 0)
  const refused = await pollUntil('the line', async () => logLines(server).find(({ code }) => code !== 'LISTENING'))
  assert.equal(refused.code, 'PROXY_HEADER_REFUSED')
  assert.equal(logLines(server).filter(({ code }) => code !== 'LISTENING').length, 1)
})

test.concurrent('proxy protocol: HAProxy passes HTTP on, and every request has the address of its client', async () => {
  await using server = await ServerProcess.start(...trust, '--http-proxy-protocol')
  for (const header of ['send-proxy', 'send-proxy-v2'] as const) {
    await using proxy = await HaProxy.start(server.httpPort, header)
    const answer = await fetch(`http://127.0.0.1:${proxy.port}/live/nobody.flv`)
    assert.equal(answer.status, 404)
  }
  const lines = logLines(server).filter(({ code }) => code === 'HTTP_PLAY_REFUSED')
  assert.equal(lines.length, 2)
  for (const { peer } of lines) assert.match(peer ?? '', /^127\.0\.0\.1:\d+$/)
})
