import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { connect } from 'node:tls'
import { onTestFinished, test } from 'vitest'
import { CertificateFolder } from '../../test/support/certificate-folder.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { RtmpClient } from '../../test/support/rtmp-client.ts'
import { loadConfig } from '../config/load-config.ts'
import { type App, startApp } from './app.ts'
import { appConfig } from './config.ts'
import { SystemClock } from './system-clock.ts'

const here = '127.0.0.1:0'

type Fixture = { readonly app: App; readonly log: KeptLog; readonly change: (file: string) => Promise<void> }

async function started(first: string): Promise<Fixture> {
  let file = first
  const load = () => loadConfig(appConfig, { argv: [], env: {}, readFile: () => file })
  const source = { loaded: load(), load }
  const log = new KeptLog()
  const app = await startApp({ config: source.loaded.config, source, log, clock: new SystemClock() })
  onTestFinished(() => app.close())
  const change = async (changed: string): Promise<void> => {
    file = changed
    await app.reload()
  }
  return { app, log, change }
}

function listening({ rtmp = here, http = here, more = '' }: { rtmp?: string; http?: string; more?: string }): string {
  return `rtmp: { listen: "${rtmp}" }\nhttp: { listen: "${http}" }\nsrt: { listen: "" }\n${more}`
}

async function freePort(): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as { port: number }).port, close: () => server.close() }
}

test('listeners: at another address a listener is opened alone, and whoever is connected stays', async () => {
  const { app, change } = await started(listening({}))
  const { rtmp, http } = app.ports
  await using publisher = await RtmpClient.connected(rtmp ?? 0)
  await publisher.publish('test')
  const next = await freePort()
  next.close()
  await change(listening({ rtmp: `127.0.0.1:${next.port}` }))
  assert.deepEqual([app.ports.rtmp, app.ports.http], [next.port, http])
  await assert.rejects(RtmpClient.connected(rtmp ?? 0))
  await using player = await RtmpClient.connected(next.port)
  await player.play('test')
  const { ports } = (await (await fetch(`http://127.0.0.1:${http}/api/v1/server`)).json()) as { ports: object }
  assert.deepEqual(ports, { ...app.ports })
})

test('listeners: an address that cannot be had leaves everything as it was, and is named', async () => {
  const { app, log, change } = await started(listening({}))
  const { rtmp } = app.ports
  const taken = await freePort()
  onTestFinished(taken.close)
  const more = 'auth: { rules: [deny play] }'
  await change(listening({ rtmp: `127.0.0.1:${taken.port}`, more }))
  const refused = log.lines.find(({ code }) => code === 'CONFIG_REFUSED')
  assert.match(refused?.message ?? '', /Cannot use rtmp\.listen: Cannot listen on .*: another program listens there/)
  assert.equal(app.ports.rtmp, rtmp)
  await using publisher = await RtmpClient.connected(rtmp ?? 0)
  await publisher.publish('test')
  await using player = await RtmpClient.connected(rtmp ?? 0)
  await player.play('test')
})

test('listeners: other rules for the same port are in force there, and an open connection does not notice', async () => {
  const { app, log, change } = await started(listening({}))
  const { rtmp, http } = app.ports
  await using publisher = await RtmpClient.connected(rtmp ?? 0)
  await publisher.publish('test')
  const ruled = 'rtmp: { listen: "127.0.0.1:0", proxyProtocol: true }\nhttp: { listen: "127.0.0.1:0", idleTimeout: 3s }'
  await change(`${ruled}\nsrt: { listen: "" }`)
  assert.deepEqual([app.ports.rtmp, app.ports.http], [rtmp, http])
  await assert.rejects(RtmpClient.connected(rtmp ?? 0))
  assert.ok(log.lines.some(({ code }) => code === 'PROXY_HEADER_REFUSED'))
  const { items } = (await (await fetch(`http://127.0.0.1:${http}/api/v1/streams`)).json()) as { items: unknown[] }
  assert.equal(items.length, 1)
})

test('listeners: one that is switched off is gone, and comes back', async () => {
  const { app, log, change } = await started(listening({}))
  const { rtmp } = app.ports
  await change(listening({ rtmp: '' }))
  assert.equal(app.ports.rtmp, null)
  await assert.rejects(RtmpClient.connected(rtmp ?? 0))
  await change(listening({ rtmp: `127.0.0.1:${rtmp}` }))
  await using publisher = await RtmpClient.connected(rtmp ?? 0)
  await publisher.publish('test')
  const codes = log.lines.filter(({ fields }) => fields['protocol'] === 'rtmp').map(({ code }) => code)
  assert.deepEqual(codes.slice(0, 3), ['LISTENING', 'LISTENING_ENDED', 'LISTENING'])
})

test('listeners: who may come in changes for whoever comes next; a mode that lacks something changes nothing', async () => {
  const { app, log, change } = await started(listening({}))
  const port = app.ports.rtmp ?? 0
  await using publisher = await RtmpClient.connected(port)
  await publisher.publish('test')
  await change(listening({ more: 'auth: { mode: file, file: /nowhere/users.yaml }' }))
  assert.match(log.lines.at(-1)?.message ?? '', /What the configuration said before holds: Cannot read the access file/)
  await change(listening({ more: 'auth: { rules: [deny play on live/test] }' }))
  await using player = await RtmpClient.connected(port)
  await assert.rejects(player.play('test'))
  await change(listening({}))
  await using next = await RtmpClient.connected(port)
  await next.play('test')
})

test('listeners: a second publisher takes over as soon as the configuration lets him', async () => {
  const { app, change } = await started(listening({}))
  const port = app.ports.rtmp ?? 0
  await using first = await RtmpClient.connected(port)
  await first.publish('test')
  await change(listening({ more: 'hub: { onConflict: replace }' }))
  await using second = await RtmpClient.connected(port)
  await second.publish('test')
  await first.closed()
})

test('listeners: another certificate is shown by its listener alone, and one that is no pair changes nothing', async () => {
  await using first = await CertificateFolder.create('server')
  await using second = await CertificateFolder.create('renewed')
  const tls = (cert: string, key: string): string =>
    `rtmp: { listen: "${here}", tls: { listen: "${here}", cert: ${JSON.stringify(cert)}, key: ${JSON.stringify(key)} } }\n`
  const rest = `http: { listen: "${here}" }\nsrt: { listen: "" }\n`
  const { app, log, change } = await started(`${rest}rtmp: { listen: "${here}" }`)
  const { rtmp } = app.ports
  await change(`${rest}${tls(first.cert, first.key)}`)
  const before = app.ports.rtmps ?? assert.fail('RTMPS is off')
  assert.equal(app.ports.rtmp, rtmp)
  const shown = await certificateAt(before)
  await change(`${rest}${tls(second.cert, first.key)}`)
  assert.match(log.lines.at(-1)?.message ?? '', /What the configuration said before holds: Cannot use rtmp\.tls/)
  assert.equal(await certificateAt(before), shown)
  await change(`${rest}${tls(second.cert, second.key)}`)
  assert.equal(app.ports.rtmps, before)
  assert.notEqual(await certificateAt(before), shown)
  await change(`${rest}rtmp: { listen: "${here}" }`)
  assert.deepEqual([app.ports.rtmp, app.ports.rtmps], [rtmp, null])
})

/** The fingerprint of what is shown there. */
async function certificateAt(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}
