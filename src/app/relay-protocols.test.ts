import assert from 'node:assert/strict'
import { test } from 'vitest'
import { certificatePath } from '../../test/support/certificate-fixture.ts'
import { RelayFixture } from '../../test/support/relay-fixture.ts'
import { SessionServer } from '../../test/support/rtmp-session-server.ts'
import { loadConfig } from '../config/load-config.ts'
import { FormatsByChunkSize } from '../protocols/rtmp/formats-by-chunk-size.ts'
import type { RelayConfig } from '../relay/config.ts'
import { PushDestination } from '../relay/push/push-destination.ts'
import { parsePushUrl } from '../relay/push/push-url.ts'
import { appConfig } from './config.ts'
import { RelayProtocols } from './relay-protocols.ts'

function relayConfigOf(file: string): RelayConfig {
  return loadConfig(appConfig, { argv: [], env: {}, readFile: () => file }).config.relay
}

const reports = { open: () => undefined, close: () => undefined, of: () => undefined }

test('relay protocols: changed times hold from the next connection on, and from the next wait', async () => {
  await using server = await SessionServer.listen(() => ({ onConnect: () => undefined }))
  const fixture = new RelayFixture()
  fixture.publish('live/test')
  let config = relayConfigOf('relay: { connectTimeout: 10ms, retryShortest: 100ms, retryLongest: 100ms }')
  const shared = { ...fixture.context, formats: new FormatsByChunkSize(), faultReports: reports, srtReports: reports }
  const protocols = new RelayProtocols(() => config, shared)
  const stream = fixture.registry.getLive('live/test') ?? assert.fail()
  const destination = new PushDestination(
    { id: 'relay-1', stream, url: parsePushUrl(server.url), destination: 1 },
    { ...fixture.context, retry: protocols.retry, createOutput: url => protocols.createOutput(url) },
  )
  void destination.run()
  await fixture.until(() => destination.state === 'waiting')
  assert.match(destination.status.lastError ?? '', / 10 ms$/)
  assert.ok((destination.status.retryIn ?? 0) <= 100)
  config = relayConfigOf('relay: { connectTimeout: 11ms, retryShortest: 50s }')
  await fixture.until(() => destination.state === 'waiting' && destination.status.failures === 2)
  assert.match(destination.status.lastError ?? '', / 11 ms$/)
  assert.ok((destination.status.retryIn ?? 0) > 10_000)
  await destination.close()
})

test('relay protocols: servers are believed by the authorities of now, from the next connection on', async () => {
  await using server = await SessionServer.listenTls()
  const fixture = new RelayFixture()
  fixture.publish('live/test')
  const waits = 'retryShortest: 100ms, retryLongest: 100ms'
  let config = relayConfigOf(`relay: { ${waits} }`)
  const shared = { ...fixture.context, formats: new FormatsByChunkSize(), faultReports: reports, srtReports: reports }
  const protocols = new RelayProtocols(() => config, shared)
  const stream = fixture.registry.getLive('live/test') ?? assert.fail()
  const url = parsePushUrl(server.url.replace('rtmp://127.0.0.1', 'rtmps://localhost'))
  const destination = new PushDestination(
    { id: 'relay-1', stream, url, destination: 1 },
    { ...fixture.context, retry: protocols.retry, createOutput: to => protocols.createOutput(to) },
  )
  void destination.run()
  await fixture.until(() => destination.state === 'waiting')
  assert.match(destination.status.lastError ?? '', /its certificate is self-signed and not trusted$/)
  config = relayConfigOf(`relay: { ${waits}, ca: ${JSON.stringify(certificatePath('server', 'crt'))} }`)
  await fixture.until(() => destination.state === 'sending')
  await destination.close()
})
