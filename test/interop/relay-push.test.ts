import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { RelayView } from '../../src/api/relay-schema.ts'
import { clip } from '../peers/clips.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, assertReceivedPart } from '../support/frame-list.ts'
import { NginxRtmp } from '../support/nginx-rtmp.ts'
import { pollUntil } from '../support/polling.ts'
import { metric, relays, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const quickly = ['--hub-resume-timeout', '500ms', '--relay-retry-shortest', '100ms', '--relay-retry-longest', '200ms']

async function untilRelay(server: ServerProcess, isIt: (relay: RelayView) => boolean): Promise<RelayView> {
  return pollUntil('a relay', async () => (await relays(server)).find(isIt))
}

test.concurrent('relay push: what FFmpeg publishes, FFmpeg plays from nginx-rtmp as it was', async () => {
  await using nginx = await NginxRtmp.start()
  await using server = await ServerProcess.start('--relay-to', nginx.url('secret?token=secret'), ...quickly)
  const path = await clip('clip.flv')
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, 6)
  await untilRelay(server, ({ state }) => state === 'sending')
  await using player = startPlayer(nginx.url('secret'))
  await publisher.untilDone()
  await untilRelay(server, ({ state }) => state === 'idle')
  assertReceivedPart(await received(player), await framesOf(path, 6))
  assert.doesNotMatch(server.program.output, /secret/)
})

test.concurrent('relay push: a destination that dies and returns gets the stream again, the other never notices', async () => {
  await using mortal = await NginxRtmp.start()
  await using steady = await NginxRtmp.start()
  await using sink = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const to = [mortal.url('x'), steady.url('{key}'), sink.rtmpUrl('{name}')].flatMap(url => ['--relay-to', url])
  await using server = await ServerProcess.start(...to, ...quickly)
  const path = await clip('clip.flv')
  await using player = startPlayer(sink.rtmpUrl('live/test?wait=30s'))
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, 9)
  const isMortal = ({ url }: RelayView): boolean => url.includes(`:${mortal.port}/`)
  await untilRelay(server, relay => isMortal(relay) && relay.state === 'sending')
  await mortal.kill()
  const { lastError } = await untilRelay(server, relay => isMortal(relay) && relay.failures > 1)
  assert.match(lastError ?? '', /^Cannot connect to rtmp:\/\/127\.0\.0\.1:\d+\/live\/…: nobody listens there$/)
  await mortal.restart()
  await untilRelay(server, relay => isMortal(relay) && relay.state === 'sending' && relay.bytes > 0)
  await using late = startPlayer(mortal.url('x'))
  assert.equal((await relays(server)).find(({ url }) => url.includes(`:${steady.port}/`))?.failures, 0)
  await publisher.untilDone()
  const sent = await framesOf(path, 9)
  assertReceived(await received(player), sent)
  assertReceivedPart(await received(late), sent)
})

test.concurrent('relay push: a URL that is the same for all serves one stream, and the next when it is free', async () => {
  await using nginx = await NginxRtmp.start()
  await using server = await ServerProcess.start('--relay-to', nginx.url('one'), ...quickly)
  const path = await clip('clip.flv')
  await using first = publishFile(server.rtmpUrl('live/first'), path, 3)
  await untilRelay(server, ({ stream, state }) => stream === 'live/first' && state === 'sending')
  await using second = publishFile(server.rtmpUrl('live/second'), path, 8)
  const { lastError } = await untilRelay(server, ({ stream, state }) => stream === 'live/second' && state === 'failed')
  assert.match(lastError ?? '', /is in use by live\/first/)
  await first.untilDone()
  await untilRelay(server, ({ stream, state }) => stream === 'live/second' && state === 'sending')
  assert.equal((await untilStream(server, 'live/second', () => true)).viewerCount, 0)
  assert.equal(await metric(server, 'sluice_relays{direction="push",state="sending"}'), 1)
  await second.close()
})

test.concurrent('relay push: a wrong URL is a start-up error that does not show it', async () => {
  await assert.rejects(ServerProcess.start('--relay-to', 'http://host/secret'), (error: Error) => {
    return (
      /Cannot use --relay-to: cannot send to this URL: it/.test(error.message) && !/host\/secret/.test(error.message)
    )
  })
})

test.concurrent('relay push: a file of certificates that is not there is a start-up error', async () => {
  await assert.rejects(ServerProcess.start('--relay-ca', '/nowhere.pem'), /Cannot use relay\.ca: .*\/nowhere\.pem/)
})

test.concurrent('relay push: H.265 by FourCC passes through two servers as it was', async () => {
  await using far = await ServerProcess.start('--hub-resume-timeout', '500ms')
  await using near = await ServerProcess.start('--relay-to', far.rtmpUrl('{name}'), ...quickly)
  const path = await clip('hevc.flv')
  await using player = startPlayer(far.rtmpUrl('live/test?wait=30s'))
  await using publisher = publishFile(near.rtmpUrl('live/test'), path, 4)
  await publisher.untilDone()
  assertReceived(await received(player), await framesOf(path, 4))
})
