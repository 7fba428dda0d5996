import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, test } from 'vitest'
import { KeptLog } from '../../test/support/kept-log.ts'
import { loadConfig } from '../config/load-config.ts'
import { startApp } from './app.ts'
import { appConfig } from './config.ts'
import { SystemClock } from './system-clock.ts'

type Answer = { readonly status: number; readonly etag: string; readonly body: Record<string, never> }

type Problem = { readonly pointer: string; readonly detail: string }

const http = 'http: { listen: "127.0.0.1:0" } # for the API\nrtmp: { listen: "" }\nsrt: { listen: "" }\n'

async function started(first: string, ...argv: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-change-'))
  const file = join(folder, 'sluice.yaml')
  await writeFile(file, first)
  const sources = { argv: ['--config', file, ...argv], env: {}, readFile: (path: string) => readFileSync(path, 'utf8') }
  const load = (text?: string) => loadConfig(appConfig, { ...sources, text })
  const log = new KeptLog()
  const source = { loaded: load(), load }
  const app = await startApp({ config: source.loaded.config, source, log, clock: new SystemClock() })
  onTestFinished(async () => {
    await app.close()
    await rm(folder, { recursive: true })
  })
  const ask = async (method: string, body?: unknown, ifMatch?: string): Promise<Answer> => {
    const headers = { 'Content-Type': 'application/json', ...(ifMatch !== undefined && { 'If-Match': ifMatch }) }
    const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) }
    const response = await fetch(`http://127.0.0.1:${app.ports.http}/api/v1/config`, { method, ...sent })
    const etag = response.headers.get('etag') ?? ''
    return { status: response.status, etag, body: (await response.json()) as Record<string, never> }
  }
  return { app, log, file, ask, text: () => readFile(file, 'utf8'), patch: (body: unknown) => ask('PATCH', body) }
}

test('config change: a patch is in the file and in force when it is answered, and the rest stays as it was written', async () => {
  const { ask, text, log } = await started(`${http}play:\n  maxLag: 3s # enough\n`)
  const before = await ask('GET')
  const patch = { play: { maxLag: '4s', gopCache: false }, store: { url: 'json:./other' }, log: { level: 'warn' } }
  const answer = await ask('PATCH', patch, before.etag)
  assert.equal(answer.status, 200)
  const { changed, needsRestart, settings } = answer.body as unknown as {
    changed: { now: string[]; next: string[] }
    needsRestart: string[]
    settings: { key: string; value: string; source: string | null }[]
  }
  assert.deepEqual([changed.now.sort(), needsRestart], [['log.level', 'play.maxLag'], ['store.url']])
  assert.deepEqual(changed.next, ['play.gopCache'])
  assert.equal(settings.find(({ key }) => key === 'play.maxLag')?.value, '4s')
  const added = '  gopCache: false\nstore:\n  url: json:./other\nlog:\n  level: warn\n'
  assert.equal(await text(), `${http}play:\n  maxLag: 4s # enough\n${added}`)
  assert.equal((await ask('GET')).etag, answer.etag)
  assert.notEqual(answer.etag, before.etag)
  assert.equal((await ask('PATCH', { play: null }, before.etag)).status, 412)
  assert.equal((await ask('PATCH', { play: null }, answer.etag)).status, 200)
  assert.ok(!(await text()).includes('play'))
  assert.equal(log.lines.filter(({ code }) => code === 'CONFIG_RELOADED').length, 2)
})

test('config change: everything that is wrong is said at once, by its place, and nothing is changed', async () => {
  const { patch, text, file } = await started(http, '--play-wait', '2s')
  const before = await text()
  const { status, body } = await patch({
    play: { maxLag: 'soon', gopCahe: true, wait: '5s' },
    rtpm: {},
    record: 5,
    paths: { 'live/[': {}, 'live/**': { maxLag: -1 } },
    streams: { 'cam/a': { titel: 'x', push: [{ url: 'ftp://x' }] } },
  })
  assert.equal(status, 422)
  const errors = body['errors'] as unknown as readonly Problem[]
  assert.deepEqual(
    errors.map(({ pointer }) => pointer),
    [
      '/play/maxLag',
      '/play/gopCahe',
      '/play/wait',
      '/rtpm',
      '/record',
      '/paths/live~1[',
      '/paths/live~1**/maxLag',
      '/streams/cam~1a/titel',
      '/streams/cam~1a/push/0/url',
    ],
  )
  assert.match(errors[2]?.detail ?? '', /^It is set by --play-wait, which comes before the file/)
  assert.equal(await readFile(file, 'utf8'), before)
})

test('config change: what the whole has against it is told by the place in the patch', async () => {
  const { patch, text, app } = await started(http)
  const taken = createServer()
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as { port: number }
  const busy = await patch({ rtmp: { listen: `127.0.0.1:${port}` } })
  const [error] = busy.body['errors'] as unknown as readonly Problem[]
  assert.deepEqual([busy.status, error?.pointer], [422, '/rtmp/listen'])
  assert.match(error?.detail ?? '', /another program listens there/)
  const missing = await patch({ relay: { ca: '/nowhere.pem' } })
  const [lost] = missing.body['errors'] as unknown as readonly Problem[]
  assert.deepEqual([missing.status, lost?.pointer], [422, '/relay/ca'])
  const incomplete = await patch({ auth: { mode: 'token' } })
  assert.equal(incomplete.status, 422)
  assert.equal(await text(), http)
  assert.equal(app.ports.rtmp, null)
})

test('config change: secrets are not shown, and sent back hidden they stay', async () => {
  const tokens = 'auth: { mode: token, token: ["live/**=hunter2", "api:**=hunter3"] }\n'
  const push = 'streams:\n  cam/a:\n    push: [{ url: "rtmp://far.example/live/hunter4" }]\n'
  const { patch, text } = await started(`${http}${tokens}${push}`)
  const { status, body } = await patch({
    auth: { token: ['***', '***'], trustLoopback: true },
    streams: { 'cam/a': { title: 'Roof', push: [{ url: 'rtmp://far.example/live/***', enabled: false }] } },
  })
  assert.equal(status, 200)
  assert.ok(!JSON.stringify(body).includes('hunter'))
  for (const secret of ['hunter2', 'hunter3', 'hunter4']) assert.ok((await text()).includes(secret))
  assert.equal((await patch({ auth: { token: ['***'] } })).status, 422)
})

test('config change: what somebody has written meanwhile is taken first; while it is broken nothing is changed', async () => {
  const { patch, text, file, ask } = await started(http)
  await writeFile(file, `${http}# mine\nplay: { wait: 3s }\n`)
  assert.equal((await patch({ play: { maxLag: '5s' } })).status, 200)
  assert.equal(await text(), `${http}# mine\nplay: { wait: 3s, maxLag: 5s }\n`)
  await writeFile(file, `${http}play: { wait: soon }\n`)
  const refused = await patch({ play: { maxLag: '6s' } })
  assert.equal(refused.status, 409)
  assert.match(String(refused.body['detail']), /its file has something wrong: Cannot use play\.wait/)
  await rm(file)
  assert.equal((await ask('PATCH', {})).status, 409)
})

test('config change: only an admin may', async () => {
  const tokens = 'auth: { mode: token, trustLoopback: false, token: ["operator:**=op", "admin:**=boss"] }\n'
  const { app, text } = await started(`${http}${tokens}`)
  const statusOf = async (token: string): Promise<number> => {
    const headers = { 'Content-Type': 'application/merge-patch+json', Authorization: `Bearer ${token}` }
    const url = `http://127.0.0.1:${app.ports.http}/api/v1/config`
    return (await fetch(url, { method: 'PATCH', headers, body: '{"play":{"wait":"3s"}}' })).status
  }
  assert.deepEqual([await statusOf('op'), await statusOf('boss')], [403, 200])
  assert.ok((await text()).includes('wait: 3s'))
})

test('config change: the next request is judged by the origins and the proxies of now', async () => {
  const { app, patch } = await started(`${http}auth: { rules: [deny api from 203.0.113.7] }\n`)
  const ask = (method: string, headers: Readonly<Record<string, string>>) =>
    fetch(`http://127.0.0.1:${app.ports.http}/api/v1/server`, { method, headers })
  const allowed = async (origin: string) => (await ask('GET', { origin })).headers.get('access-control-allow-origin')
  const forwarded = async () => (await ask('GET', { 'x-forwarded-for': '203.0.113.7' })).status
  assert.deepEqual([await allowed('https://a.example'), await forwarded()], ['*', 403])
  const port = app.ports.http
  const corsOrigins = ['https://a.example']
  const { body } = await patch({ http: { corsOrigins }, proxyProtocol: { trustedProxies: ['10.0.0.0/8'] } })
  assert.deepEqual(
    [body['changed'], body['needsRestart'], app.ports.http],
    [{ now: ['http.corsOrigins'], next: ['proxyProtocol.trustedProxies'] }, [], port],
  )
  assert.deepEqual(
    [await allowed('https://a.example'), await allowed('https://b.example')],
    ['https://a.example', null],
  )
  assert.equal(await forwarded(), 200)
})

test('config change: without a file there is nothing to change', async () => {
  const load = () =>
    loadConfig(appConfig, {
      argv: ['--http-listen', '127.0.0.1:0', '--rtmp-listen=', '--srt-listen='],
      env: {},
      readFile: () => undefined,
    })
  const source = { loaded: load(), load }
  const app = await startApp({ config: source.loaded.config, source, log: new KeptLog(), clock: new SystemClock() })
  onTestFinished(() => app.close())
  const url = `http://127.0.0.1:${app.ports.http}/api/v1/config`
  const response = await fetch(url, { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: '{}' })
  const { detail } = (await response.json()) as { detail: string }
  assert.deepEqual(
    [response.status, detail],
    [409, 'Cannot change the configuration: it stands in no file; start with --config FILE'],
  )
})
