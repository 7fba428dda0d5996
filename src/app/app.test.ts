import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'vitest'
import { certificatePath } from '../../test/support/certificate-fixture.ts'
import { pollUntil } from '../../test/support/polling.ts'
import { TestFolder } from '../../test/support/test-folder.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Log } from '../contracts/log.ts'
import { type App, startApp } from './app.ts'
import { appConfig } from './config.ts'
import { SystemClock } from './system-clock.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => silent }

/** The whole server on free ports, closed at the end of the test. */
async function start(...flags: readonly string[]): Promise<App & AsyncDisposable> {
  const argv = ['--rtmp-listen', '127.0.0.1:0', '--srt-listen', '127.0.0.1:0', '--http-listen', '127.0.0.1:0', ...flags]
  const { config } = loadConfig(appConfig, { argv, env: {}, readFile: () => undefined })
  const app = await startApp({ config, log: silent, clock: new SystemClock() })
  return { ...app, [Symbol.asyncDispose]: () => app.close() }
}

function certificate(section: 'http' | 'rtmp'): readonly string[] {
  const files = { cert: certificatePath('server', 'crt'), key: certificatePath('server', 'key'), listen: '127.0.0.1:0' }
  return Object.entries(files).flatMap(([key, value]) => [`--${section}-tls-${key}`, value])
}

test('app: says where to publish and where to look', async () => {
  await using app = await start()
  assert.deepEqual(app.urls, [
    `Publish to  rtmp://localhost:${app.ports.rtmp}/live/test`,
    `Look at     http://localhost:${app.ports.http}/`,
  ])
})

test('app: a listener with an empty address is off', async () => {
  await using app = await start('--rtmp-listen=')
  assert.equal(app.ports.rtmp, null)
  assert.equal(app.urls.length, 1)
})

test('app: without RTMP, RTMPS is where to publish', async () => {
  await using app = await start('--rtmp-listen=', ...certificate('rtmp'))
  assert.equal(app.urls[0], `Publish to  rtmps://localhost:${app.ports.rtmps}/live/test`)
})

test('app: without HTTP, HTTPS is where to look', async () => {
  await using app = await start('--http-listen=', ...certificate('http'))
  assert.equal(app.urls[1], `Look at     https://localhost:${app.ports.https}/`)
})

test('app: a key without its certificate is an error that names both', async () => {
  await assert.rejects(start('--rtmp-tls-key', 'key.pem'), {
    message: 'Cannot use rtmp.tls.key: rtmp.tls.cert must name a file too, is empty',
  })
})

test('app: an address that is taken is the error of the system, and what was opened is closed', async () => {
  await using app = await start()
  await assert.rejects(start('--http-listen', `127.0.0.1:${app.ports.http}`), { code: 'EADDRINUSE' })
})

test('app: draining accepts nobody new and says so in /readyz', async () => {
  await using app = await start()
  await app.drain(AbortSignal.timeout(5000))
  const socket = connect(app.ports.rtmp ?? 0, '127.0.0.1')
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  assert.equal(error.code, 'ECONNREFUSED')
  assert.equal((await fetch(`http://127.0.0.1:${app.ports.http}/readyz`)).status, 503)
})

test('app: docs/metrics.md lists the metrics that are shown, no more and no less', async () => {
  await using app = await start()
  const text = await (await fetch(`http://127.0.0.1:${app.ports.http}/metrics`)).text()
  const page = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name)
  const shown = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name)
  const ours = (names: readonly string[]): string[] => names.filter(name => name.startsWith('sluice_')).sort()
  assert.deepEqual(ours(listed), ours(shown))
  // What Node.js tells about itself differs between systems.
  const unlisted = shown.filter(name => !listed.includes(name))
  assert.deepEqual(unlisted, [])
})

test('app: the room on the disks of recordings and DVR is among the metrics', async () => {
  await using folder = await TestFolder.open('disks')
  await using app = await start('--record-dir', folder.path, '--dvr-dir', folder.path)
  const folders = await pollUntil('the room on both disks', async () => {
    const text = await (await fetch(`http://127.0.0.1:${app.ports.http}/metrics`)).text()
    const told = [...text.matchAll(/^sluice_disk_free_bytes\{folder="(.*)"\} \d+$/gm)].map(([, name]) => name)
    return told.length === 2 ? told : undefined
  })
  assert.deepEqual(folders, ['record.dir', 'dvr.dir'])
})
