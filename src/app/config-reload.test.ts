import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { pollUntil } from '../../test/support/polling.ts'
import { RtmpClient } from '../../test/support/rtmp-client.ts'
import { loadConfig } from '../config/load-config.ts'
import type { ServerEvent } from '../contracts/events.ts'
import type { PreparedChange } from '../contracts/prepared-change.ts'
import { startApp } from './app.ts'
import { type AppConfig, appConfig } from './config.ts'
import { ConfigReload } from './config-reload.ts'
import { SystemClock } from './system-clock.ts'

function prepared(commit: () => unknown): PreparedChange {
  return { commit: () => void commit(), discard: () => Promise.resolve() }
}

class Fixture {
  readonly log = new KeptLog()
  readonly clock = new FakeClock()
  readonly applied: AppConfig[] = []
  readonly events: ServerEvent[] = []
  readonly reload: ConfigReload
  file: string

  constructor(file: string) {
    this.file = file
    const { log, clock } = this
    const events = { emit: (event: ServerEvent) => this.events.push(event) }
    const load = () => loadConfig(appConfig, { argv: [], env: {}, readFile: () => this.file })
    const source = { loaded: load(), load }
    const prepare = async (config: AppConfig) => prepared(() => this.applied.push(config))
    this.reload = new ConfigReload({ source, prepare, clock, log, events })
  }

  change(file: string): Promise<void> {
    this.file = file
    return this.reload.reload()
  }

  get lines(): unknown[] {
    return this.log.lines.map(({ code, fields }) => [code, fields['now'], fields['next']])
  }
}

test('config reload: what changed is put in force and said, by when it takes effect', async () => {
  const fixture = new Fixture('play: { maxLag: 3s }')
  fixture.clock.advance(5000)
  await fixture.change('play: { maxLag: 4s, startAtZero: true }')
  assert.equal(fixture.applied[0]?.play.maxLag, 4000)
  assert.deepEqual(fixture.lines, [['CONFIG_RELOADED', 'play.maxLag', 'play.startAtZero']])
  const changed = ['play.maxLag', 'play.startAtZero']
  assert.deepEqual(fixture.events, [{ type: 'config.reloaded', changed, needsRestart: [] }])
  const { reloads, failures, lastReload, problem, needsRestart } = fixture.reload
  assert.deepEqual([reloads, failures, lastReload, problem, needsRestart], [1, 0, fixture.clock.wall(), undefined, []])
})

test('config reload: with anything wrong everything stays as it was, and one line names all of it', async () => {
  const fixture = new Fixture('play: { maxLag: 3s }')
  await fixture.change('play: { maxLag: soon, gopCahe: on }')
  assert.deepEqual(fixture.applied, [])
  assert.deepEqual(
    fixture.log.lines.map(({ code }) => code),
    ['CONFIG_REFUSED'],
  )
  const { message } = fixture.log.lines[0] ?? { message: '' }
  assert.match(
    message,
    /Unknown key play.gopCahe at sluice.yaml:1:23: did you mean play.gopCache\?.*; Cannot use play.maxLag/,
  )
  assert.equal(fixture.reload.failures, 1)
  assert.match(fixture.reload.problem ?? '', /gopCahe/)
  await fixture.change('play: { maxLag: 3s }')
  assert.equal(fixture.reload.problem, undefined)
  assert.deepEqual(fixture.applied, [])
})

test('config reload: a key that needs a restart is named until it is as at the start', async () => {
  const fixture = new Fixture('')
  await fixture.change('store: { url: "json:./other" }')
  assert.deepEqual(fixture.applied, [])
  assert.deepEqual(
    fixture.log.lines.map(({ code }) => code),
    ['CONFIG_RELOADED', 'CONFIG_NEEDS_RESTART'],
  )
  assert.deepEqual(fixture.reload.needsRestart, ['store.url'])
  await fixture.change('store: { url: "json:./other" }\nplay: { maxLag: 1s }')
  assert.deepEqual(fixture.reload.needsRestart, ['store.url'])
  await fixture.change('play: { maxLag: 1s }')
  assert.deepEqual(fixture.reload.needsRestart, [])
})

test('config reload: what changed while the server started is taken when it has', async () => {
  const fixture = new Fixture('play: { maxLag: 3s }')
  fixture.file = 'play: { maxLag: 4s }'
  fixture.reload.open()
  const applied = await pollUntil('the change', async () => fixture.applied[0])
  assert.equal(applied.play.maxLag, 4000)
  fixture.reload.close()
})

test('config reload: a file that is replaced is noticed, and other files of its folder are not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  const path = join(folder, 'sluice.yaml')
  const write = (text: string): void => {
    writeFileSync(join(folder, 'new'), text)
    renameSync(join(folder, 'new'), path)
  }
  write('play: { maxLag: 3s }')
  const log = new KeptLog()
  const sources = { argv: ['--config', path], env: {}, readFile: (file: string) => readFileSync(file, 'utf8') }
  const load = () => loadConfig(appConfig, sources)
  const applied: number[] = []
  const prepare = async ({ play }: AppConfig) => prepared(() => applied.push(play.maxLag))
  const reload = new ConfigReload({
    source: { loaded: load(), load },
    prepare,
    clock: new SystemClock(),
    log,
    events: { emit: () => undefined },
  })
  reload.open()
  try {
    writeFileSync(join(folder, 'other'), 'x')
    write('play: { maxLag: 4s }')
    await pollUntil('the change', async () => applied[0])
    write('play: { maxLag: ')
    await pollUntil('the refusal', async () => (reload.failures > 0 ? true : undefined))
    write('play: { maxLag: 5s }')
    await pollUntil('the next change', async () => applied[1])
    assert.deepEqual(applied, [4000, 5000])
    assert.equal(reload.reloads, 2)
  } finally {
    reload.close()
    rmSync(folder, { recursive: true })
  }
})

test('config reload: a running server serves the next player as the new configuration says, and tells of it', async () => {
  let file = 'paths: { live/test: { chunkSize: 4096 } }'
  const argv = ['--rtmp-listen', '127.0.0.1:0', '--srt-listen=', '--http-listen', '127.0.0.1:0']
  const load = () => loadConfig(appConfig, { argv, env: {}, readFile: () => file })
  const source = { loaded: load(), load }
  const app = await startApp({ config: source.loaded.config, source, log: new KeptLog(), clock: new SystemClock() })
  try {
    await using publisher = await RtmpClient.connected(app.ports.rtmp ?? 0)
    await publisher.publish('test')
    const chunkSize = async (): Promise<number> => {
      await using player = await RtmpClient.connected(app.ports.rtmp ?? 0)
      await player.play('test')
      return player.serverChunkSize
    }
    assert.equal(await chunkSize(), 4096)
    file = 'paths: { live/*: { chunkSize: 8192 } }\nstore: { url: "json:./other" }'
    await app.reload()
    assert.equal(await chunkSize(), 8192)
    const response = await fetch(`http://127.0.0.1:${app.ports.http}/api/v1/server`)
    const { config } = (await response.json()) as { config: { reloads: number; needsRestart: string[] } }
    assert.deepEqual([config.reloads, config.needsRestart], [1, ['store.url']])
  } finally {
    await app.close()
  }
})

test('config reload: a running publisher is held to the new time at once', async () => {
  let file = 'publish: { noViewersTimeout: 1h }'
  const argv = ['--rtmp-listen', '127.0.0.1:0', '--srt-listen=', '--http-listen=']
  const load = () => loadConfig(appConfig, { argv, env: {}, readFile: () => file })
  const source = { loaded: load(), load }
  const app = await startApp({ config: source.loaded.config, source, log: new KeptLog(), clock: new SystemClock() })
  try {
    await using publisher = await RtmpClient.connected(app.ports.rtmp ?? 0)
    await publisher.publish('test')
    file = 'publish: { noViewersTimeout: 1ms }'
    await app.reload()
    await publisher.closed()
  } finally {
    await app.close()
  }
})

test('config reload: a file that is gone, or that is just being written, is not taken for one that says nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  const path = join(folder, 'sluice.yaml')
  writeFileSync(path, 'auth: { rules: [deny play] }')
  const readFile = (file: string) =>
    file === 'sluice.yaml' && existsSync(path) ? readFileSync(path, 'utf8') : undefined
  const load = () => loadConfig(appConfig, { argv: [], env: {}, readFile })
  const applied: number[] = []
  const prepare = async ({ auth }: AppConfig) => prepared(() => applied.push(auth.rules.length))
  const watching = { clock: new FakeClock(), log: new KeptLog(), events: { emit: () => undefined } }
  const reload = new ConfigReload({ source: { loaded: load(), load }, prepare, ...watching })
  const patched = (): Promise<unknown> => reload.change(({ text }) => text)
  try {
    rmSync(path)
    await reload.reload()
    assert.match(reload.problem ?? '', /Cannot read the configuration sluice\.yaml: it is gone/)
    writeFileSync(path, '\n')
    await assert.rejects(patched(), /it is empty; SIGHUP takes it/)
    assert.deepEqual(applied, [])
    await reload.reload()
    assert.deepEqual(applied, [0])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('config reload: a ConfigMap of Kubernetes that is replaced is taken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  const place = (version: string, text: string): void => {
    mkdirSync(join(folder, version))
    writeFileSync(join(folder, version, 'sluice.yaml'), text)
    symlinkSync(version, join(folder, '..data_tmp'))
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  }
  place('..2026_1', 'play: { maxLag: 3s }')
  const path = join(folder, 'sluice.yaml')
  symlinkSync('..data/sluice.yaml', path)
  const sources = { argv: ['--config', path], env: {}, readFile: (file: string) => readFileSync(file, 'utf8') }
  const load = () => loadConfig(appConfig, sources)
  const applied: number[] = []
  const prepare = async ({ play }: AppConfig) => prepared(() => applied.push(play.maxLag))
  const watching = { clock: new SystemClock(), log: new KeptLog(), events: { emit: () => undefined } }
  const reload = new ConfigReload({ source: { loaded: load(), load }, prepare, ...watching })
  reload.open()
  try {
    place('..2026_2', 'play: { maxLag: 4s }')
    await pollUntil('the second', async () => applied[0])
    rmSync(join(folder, '..2026_1'), { recursive: true })
    place('..2026_3', 'play: { maxLag: 5s }')
    await pollUntil('the third', async () => applied[1])
    assert.deepEqual(applied, [4000, 5000])
  } finally {
    reload.close()
    rmSync(folder, { recursive: true })
  }
})
