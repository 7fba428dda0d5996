import assert from 'node:assert/strict'
import { test } from 'vitest'
import { withGoRtmp } from '../cli/go-rtmp/translate.ts'
import { ConfigErrors } from '../config/config-errors.ts'
import { type LoadedConfig, loadConfig } from '../config/load-config.ts'
import { type AppConfig, appConfig } from './config.ts'

function load(argv: readonly string[], env: Record<string, string> = {}): LoadedConfig<AppConfig> {
  return loadConfig(appConfig, withGoRtmp(appConfig, { argv, env, readFile: () => undefined }))
}

function problemsOf(...argv: readonly string[]): string[] {
  try {
    load(argv)
  } catch (error) {
    if (error instanceof ConfigErrors) return error.problems.map(({ message }) => message)
  }
  return []
}

/** Every flag of go-rtmp v0.4.0 that has a value of one key, with the value as it was written. */
for (const [name, value, key, written] of [
  ['listen', '127.0.0.1:1999', 'rtmp.listen', '127.0.0.1:1999'],
  ['log-level', 'debug', 'log.level', 'debug'],
  ['record-all', 'true', 'record.all', 'true'],
  ['record-all', 'no', 'record.all', 'no'],
  ['record-dir', '/var/rec', 'record.dir', '/var/rec'],
  ['segment-duration', '1m30s', 'record.segment.duration', '90000ms'],
  ['segment-duration', '', 'record.segment.duration', '0'],
  ['segment-pattern', '%s_%T_seg%03d', 'record.segment.pattern', '%s_%T_seg%03d'],
  ['chunk-size', '4096', 'play.chunkSize', '4096'],
  ['relay-to', 'rtmp://host/live/key', 'relay.to', ['rtmp://host/live/key']],
  ['tls-listen', ':1936', 'rtmp.tls.listen', ':1936'],
  ['tls-cert', 'a.pem', 'rtmp.tls.cert', 'a.pem'],
  ['tls-key', 'b.pem', 'rtmp.tls.key', 'b.pem'],
  ['metrics-addr', ':9090', 'http.listen', ':9090'],
  ['auth-mode', 'token', 'auth.mode', 'token'],
  ['auth-token', 'live/test=a=b', 'auth.token', ['live/test=a=b']],
  ['auth-file', 'x.json', 'auth.file', 'x.json'],
  ['auth-callback', 'http://host/auth', 'auth.callback.url', 'http://host/auth'],
  ['auth-callback-timeout', '2.5s', 'auth.callback.timeout', '2500ms'],
  ['reconnect-url', 'rtmp://other/live', 'rtmp.reconnectUrl', 'rtmp://other/live'],
] as const) {
  test(`go-rtmp flags: -${name} ${value} is ${key}`, () => {
    for (const argv of [[`-${name}`, value], [`-${name}=${value}`]]) {
      assert.deepEqual(load(argv).settings.get(key)?.written, written, argv.join(' '))
    }
  })
}

test('go-rtmp flags: two dashes mean the same where we have no such flag', () => {
  assert.equal(load(['--listen', ':1999']).config.rtmp.listen?.port, 1999)
  assert.equal(load(['--record-all', 'false', '--log-level', 'warn']).config.record.all, false)
  assert.equal(load(['--record-all', '--log-level', 'warn']).config.record.all, true)
  assert.equal(load(['--auth-callback-timeout', '2s']).config.auth.callback.timeout, 2000)
})

test('go-rtmp flags: repeated ones add up, beside those of ours', () => {
  const { config } = load(['-auth-token', 'a/b=1', '--auth-token', 'c/d=2', '-auth-token=e/f=3', '-auth-mode', 'token'])
  assert.equal(config.auth.token.length, 3)
})

test('go-rtmp flags: those of SRT', () => {
  const { config } = load([
    ...['-srt-listen', '127.0.0.1:9710', '-srt-latency', '350'],
    ...['-srt-passphrase', 'secret-secret', '-srt-pbkeylen', '32', '-srt-passphrase-file', 'keys.json'],
  ])
  const { listen, latency, passphrase, keyLength, passphraseFile } = config.srt
  assert.deepEqual(listen, { host: '127.0.0.1', port: 9710 })
  const secret = { latency: 350, passphrase: 'secret-secret', keyLength: 32, passphraseFile: 'keys.json' }
  assert.deepEqual({ latency, passphrase, keyLength, passphraseFile }, secret)
  assert.equal(load(['-srt-pbkeylen', '0']).config.srt.keyLength, 16)
})

test('go-rtmp flags: a callback is asked in the words of go-rtmp', () => {
  assert.equal(load(['-auth-callback', 'http://host/']).config.auth.callback.format, 'go-rtmp')
  assert.equal(load(['--auth-callback-url', 'http://host/']).config.auth.callback.format, 'sluice')
})

test('go-rtmp flags: hooks become entries of hooks, with what go-rtmp has for all of them', () => {
  const { config } = load([
    ...['-hook-webhook', 'publish_start=http://host/?a=b', '-hook-script', 'play_stop=/opt/x.sh'],
    ...['-hook-stdio-format=env', '-hook-timeout', '5s', '-hook-concurrency', '0'],
  ])
  const shared = { timeout: 5000, concurrency: 10 }
  assert.deepEqual(config.hooks, [
    {
      name: 'hook-webhook-1',
      values: { type: 'webhook', events: ['publish_start'], url: 'http://host/?a=b', format: 'go-rtmp', ...shared },
    },
    {
      name: 'hook-script-2',
      values: { type: 'command', events: ['play_stop'], command: ['/bin/bash', '/opt/x.sh'], ...shared },
    },
    { name: 'hook-stdio-format-3', values: { type: 'stdio', format: 'go-rtmp-env', ...shared } },
  ])
})

for (const [argv, message] of [
  [['-srt-passphrase', 'short'], 'Cannot use --srt-passphrase: it must be 10 to 79 bytes, or "", is not shown'],
  [['-listen'], 'Cannot use -listen: it needs a value'],
  [
    ['-hook-script', 'publish_start'],
    'Cannot use -hook-script: it must be EVENT=PATH such as publish_start=/path/to/script',
  ],
  [['-hook-stdio-format', 'xml'], 'Cannot use -hook-stdio-format: it must be json or env'],
  [
    ['-hook-webhook', 'publish_begun=http://host/'],
    'Cannot use -hook-webhook: it must be a list of events such as [publish.*, auth.failed], or of their names in go-rtmp, is ["publish_begun"]',
  ],
  [['-record-all', '-x'], 'Cannot use --record-all: it must be true or false (or yes, no, on, off, 1, 0), is "-x"'],
  [['-nonsense'], 'Unexpected argument "-nonsense": flags start with --'],
] as const) {
  test(`go-rtmp flags: ${argv.join(' ')} is an error`, () => {
    assert.deepEqual(problemsOf(...argv), [message])
  })
}

test('go-rtmp flags: its one variable counts, and ours beats it', () => {
  assert.equal(load([], { RTMP_LOG_LEVEL: 'debug' }).config.log.level, 'debug')
  assert.equal(load([], { RTMP_LOG_LEVEL: 'debug', SLUICE_LOG_LEVEL: 'warn' }).config.log.level, 'warn')
})
