import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { boolean } from './boolean.ts'
import { byteSize } from './byte-size.ts'
import { choice } from './choice.ts'
import { ConfigErrors, FlagError } from './config-errors.ts'
import { duration } from './duration.ts'
import type { Environment } from './environment.ts'
import { integer } from './integer.ts'
import { type ListenAddress, listenAddress } from './listen-address.ts'
import { loadConfig } from './load-config.ts'
import { type Decoded, defineEntryMap, defineSection } from './section.ts'
import { text } from './text.ts'
import { textList } from './text-list.ts'

const schema = defineSection('Sluice', {
  rtmp: defineSection('RTMP server', {
    listen: listenAddress({ default: ':1935', description: 'TCP address' }),
    handshakeTimeout: duration({ default: '5s', description: 'Time to the connect command' }),
    maxChunkStreams: integer({ default: 64, minimum: 4, maximum: 1024, description: 'Chunk streams' }),
    tls: defineSection('RTMPS', { listen: listenAddress({ default: '', description: 'TCP address' }) }),
  }),
  srt: defineSection('SRT server', {
    passphrase: text({ default: '', description: 'Encrypts', secret: true }),
    keyLength: choice(['16', '32'], { default: '16', description: 'Bytes' }),
  }),
  record: defineSection('Recorder', {
    all: boolean({ default: false, description: 'Record every stream' }),
    maxSize: byteSize({ default: '1GiB', description: 'Largest file' }),
  }),
  relay: defineSection('Relay', { to: textList({ default: [], description: 'URLs' }) }),
})

type SampleSources = { argv?: string[]; env?: Environment; files?: Record<string, string> }

function load({ argv = [], env = {}, files = {} }: SampleSources) {
  return loadConfig(schema, { argv, env, readFile: path => (Object.hasOwn(files, path) ? files[path] : undefined) })
}

/** The messages of everything that is wrong. */
function problems(sources: SampleSources): string[] {
  try {
    load(sources)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigErrors)
    return error.problems.map(problem => problem.message)
  }
}

test('config: without any source the defaults apply, decoded', () => {
  const { config, settings } = load({})
  assert.deepEqual(config, {
    rtmp: { listen: { port: 1935 }, handshakeTimeout: 5000, maxChunkStreams: 64, tls: { listen: undefined } },
    srt: { passphrase: '', keyLength: '16' },
    record: { all: false, maxSize: 1_073_741_824 },
    relay: { to: [] },
  })
  assert.deepEqual(settings.get('rtmp.listen')?.origin, { from: 'default' })
})

test('config: the type of a section is that of its decoded values', () => {
  const rtmp: Decoded<(typeof schema)['properties']['rtmp']> = load({}).config.rtmp
  const listen: ListenAddress | undefined = rtmp.listen
  const timeoutMs: number = rtmp.handshakeTimeout
  // @ts-expect-error A choice is one of its words.
  const keyLength: '64' = load({}).config.srt.keyLength
  assert.deepEqual([listen?.port, timeoutMs, keyLength], [1935, 5000, '16'])
})

test('config: flags beat the environment, which beats the file, which beats the default', () => {
  const file = 'rtmp:\n  listen: ":1"\n  handshakeTimeout: 1s\n  maxChunkStreams: 11\n'
  const { config, settings } = load({
    argv: ['--rtmp-listen', ':3'],
    env: { SLUICE_RTMP_LISTEN: ':2', SLUICE_RTMP_HANDSHAKE_TIMEOUT: '2s' },
    files: { 'sluice.yaml': file },
  })
  assert.deepEqual(config.rtmp, {
    listen: { port: 3 },
    handshakeTimeout: 2000,
    maxChunkStreams: 11,
    tls: { listen: undefined },
  })
  assert.deepEqual(
    ['rtmp.listen', 'rtmp.handshakeTimeout', 'rtmp.maxChunkStreams', 'rtmp.tls.listen'].map(
      path => settings.get(path)?.origin,
    ),
    [
      { from: 'flag', flag: '--rtmp-listen' },
      { from: 'environment', variable: 'SLUICE_RTMP_HANDSHAKE_TIMEOUT' },
      { from: 'file', file: 'sluice.yaml', line: 4, column: 3 },
      { from: 'default' },
    ],
  )
})

test('config: the file here wins over the one in /etc/sluice, and a named one over both', () => {
  const files = {
    'sluice.yaml': 'rtmp: { listen: ":1" }',
    '/etc/sluice/sluice.yaml': 'rtmp: { listen: ":2", maxChunkStreams: 5 }',
    'other.yaml': 'rtmp: { listen: ":3" }',
    'flag.yaml': 'rtmp: { listen: ":4" }',
  }
  const port = (sources: SampleSources) => load({ files, ...sources }).config.rtmp.listen?.port
  assert.equal(port({}), 1)
  assert.equal(load({ files }).config.rtmp.maxChunkStreams, 64)
  assert.equal(port({ files: { '/etc/sluice/sluice.yaml': files['/etc/sluice/sluice.yaml'] } }), 2)
  assert.equal(port({ env: { SLUICE_CONFIG: 'other.yaml' } }), 3)
  assert.equal(port({ env: { SLUICE_CONFIG: 'other.yaml' }, argv: ['--config=flag.yaml'] }), 4)
})

test('config: a named file must be there and be readable', () => {
  assert.deepEqual(problems({ argv: ['--config', 'gone.yaml'] }), [
    'Cannot read the configuration gone.yaml: there is no such file',
  ])
  const readFile = () => {
    throw new Error('EACCES: permission denied')
  }
  assert.throws(() => loadConfig(schema, { argv: [], env: {}, readFile }), {
    message: 'Cannot read the configuration sluice.yaml: EACCES: permission denied',
  })
})

test('config: lists are sequences, repeated flags or commas, and the later source replaces the earlier', () => {
  const files = { 'sluice.yaml': 'relay:\n  to:\n    - rtmp://a/b,c\n    - rtmp://d\n' }
  assert.deepEqual(load({ files }).config.relay.to, ['rtmp://a/b,c', 'rtmp://d'])
  assert.deepEqual(load({ files: { 'sluice.yaml': 'relay: { to: x }' } }).config.relay.to, ['x'])
  assert.deepEqual(load({ files, env: { SLUICE_RELAY_TO: 'x,y' } }).config.relay.to, ['x', 'y'])
  assert.deepEqual(load({ files, env: { SLUICE_RELAY_TO: '' } }).config.relay.to, [])
  assert.deepEqual(load({ files, argv: ['--relay-to', 'x', '--relay-to=y,z'] }).config.relay.to, ['x', 'y', 'z'])
})

test('config: switches need no value and can be taken back', () => {
  const all = (...argv: string[]) => load({ argv, files: { 'sluice.yaml': 'record: { all: yes }' } }).config.record.all
  assert.equal(all(), true)
  assert.equal(all('--no-record-all'), false)
  assert.equal(all('--record-all=off'), false)
  assert.equal(all('--no-record-all', '--record-all'), true)
})

test('config: everything that is wrong is reported at once, each with its place', () => {
  const file = [
    'rtmp:',
    '  listen: ":99999"',
    '  listn: ":1"',
    '  handshakeTimeout: 5',
    '  maxChunkStreams:',
    '  tls: ":1936"',
    'rtpm: {}',
    'record: { maxSize: [1], all: { a: 1 }, all: true }',
    'webhooks: {}',
  ].join('\n')
  const found = problems({
    argv: ['--rtmp-listn', ':1', 'now', '--srt-key-length', '24', '--no-srt-passphrase', '--record-max-size'],
    env: { SLUICE_RTMP_LISTEM: ':1', SLUICE_RECORD_ALL: 'maybe', HOME: '/root' },
    files: { 'sluice.yaml': file },
  })
  assert.deepEqual(found, [
    'Unknown key rtmp.listn at sluice.yaml:3:3: did you mean rtmp.listen?',
    'Cannot use rtmp.maxChunkStreams at sluice.yaml:5:3: it has no value (write "" for an empty text)',
    'Cannot use rtmp.tls at sluice.yaml:6:3: it must be a section of keys (listen), is ":1936"',
    'Unknown key rtpm at sluice.yaml:7:1: did you mean rtmp?',
    'Cannot use record.all at sluice.yaml:8:25: it must be true or false (or yes, no, on, off, 1, 0), is a section',
    'Cannot use record.all at sluice.yaml:8:40: the key stands there twice',
    'Unknown key webhooks at sluice.yaml:9:1: the keys here are rtmp, srt, record, relay',
    'Unknown variable SLUICE_RTMP_LISTEM: did you mean SLUICE_RTMP_LISTEN?',
    'Unknown flag --rtmp-listn: did you mean --rtmp-listen?',
    'Unexpected argument "now": flags start with --',
    'Unknown flag --no-srt-passphrase: did you mean --srt-passphrase?',
    'Cannot use --record-max-size: it needs a size such as 64KiB, 4MiB, 1GB or 65536',
    'Cannot use rtmp.listen at sluice.yaml:2:3: it must be an address such as :8080, 127.0.0.1:0 or [::1]:1935, or "" for off, is ":99999"',
    'Cannot use rtmp.handshakeTimeout at sluice.yaml:4:3: it must be a duration such as 350ms, 20s, 5m, 2h, 1d or 1m30s, is "5"',
    'Cannot use record.maxSize at sluice.yaml:8:11: it must be a size such as 64KiB, 4MiB, 1GB or 65536, is ["1"]',
    'Cannot use SLUICE_RECORD_ALL: it must be true or false (or yes, no, on, off, 1, 0), is "maybe"',
    'Cannot use --srt-key-length: it must be one of 16, 32, is "24"',
  ])
})

test('config: a wrong flag is a usage error, a wrong key is not', () => {
  const kinds = (sources: SampleSources) => {
    try {
      return load(sources)
    } catch (error) {
      return (error as ConfigErrors).problems.map(problem => problem instanceof FlagError)
    }
  }
  assert.deepEqual(kinds({ argv: ['--rtmp-listen=x'], env: { SLUICE_RTMP_LISTEN: 'y' } }), [false, true])
})

test('config: a secret stays out of messages', () => {
  const wrongSecrets = problems({ files: { 'sluice.yaml': 'srt: { passphrase: [hunter2] }' } })
  assert.deepEqual(wrongSecrets, ['Cannot use srt.passphrase at sluice.yaml:1:8: it must be a text, is not shown'])
})

test('config: a scalar is taken as it is written', () => {
  const passphrase = (yaml: string) => load({ files: { 'sluice.yaml': `srt: { passphrase: ${yaml} }` } }).config.srt
  assert.equal(passphrase('0123456789').passphrase, '0123456789')
  assert.equal(passphrase('1e3').passphrase, '1e3')
  assert.equal(passphrase('"a\\tb"').passphrase, 'a\tb')
})

test('config: an empty file, an empty section and aliases are fine', () => {
  assert.equal(load({ files: { 'sluice.yaml': '' } }).config.rtmp.maxChunkStreams, 64)
  assert.equal(load({ files: { 'sluice.yaml': 'rtmp:\nsrt: {}' } }).config.rtmp.maxChunkStreams, 64)
  const aliased = 'rtmp:\n  listen: &here "127.0.0.1:0"\n  tls: { listen: *here }\n'
  assert.deepEqual(load({ files: { 'sluice.yaml': aliased } }).config.rtmp.tls.listen, { host: '127.0.0.1', port: 0 })
})

for (const [name, yaml, message] of [
  [
    'a list',
    '- a',
    'Cannot use the configuration at sluice.yaml:1:1: it must be a section of keys (rtmp, srt, record, relay), is a list',
  ],
  ['bad indentation', 'rtmp:\n  listen: ":1"\n bad: 1', /^Cannot read sluice\.yaml:3:1: /],
  [
    'an unknown alias',
    'rtmp:\n  listen: *gone',
    'Cannot use rtmp.listen at sluice.yaml:2:3: *gone must follow its anchor, and a file has at most 100 aliases',
  ],
  ['an alias of its own section', 'rtmp: &a { tls: *a }', /^Unknown key rtmp\.tls\.tls at sluice\.yaml:1:12: /],
  ['an unknown tag', 'rtmp:\n  listen: !env X', /^Cannot read sluice\.yaml:2:11: Unresolved tag: !env/],
  ['two documents', 'rtmp: {}\n---\nsrt: {}', /^Cannot read sluice\.yaml:\d:\d: /],
  ['a key that is a list', '? [a]\n: 1', /^Unknown key \? at sluice\.yaml:1:3: /],
  ['a key of every object', '__proto__: {}', /^Unknown key __proto__ at sluice\.yaml:1:1: /],
  ['lists nested without end', '['.repeat(50_000), /^Cannot read sluice\.yaml:/],
] as const) {
  test(`config: a file with ${name} is an error with its line`, () => {
    const [first = ''] = problems({ files: { 'sluice.yaml': yaml } })
    if (typeof message === 'string') assert.equal(first, message)
    else assert.match(first, message)
  })
}

test('config: an alias bomb is never expanded', () => {
  const levels = Array.from({ length: 30 }, (_, level) => {
    const items =
      level === 0
        ? 'x'
        : Array(10)
            .fill(`*l${level - 1}`)
            .join(', ')
    return `l${level}: &l${level} [${items}]`
  })
  const startedAt = performance.now()
  const found = problems({ files: { 'sluice.yaml': `${levels.join('\n')}\nrelay: { to: *l29 }` } })
  assert.match(
    found.at(-1) ?? '',
    /^Cannot use relay\.to at sluice\.yaml:31:10: it must be a list such as \[a, b\], is a list/,
  )
  assert.ok(performance.now() - startedAt < 2000)
})

test('config: variables that Kubernetes adds for a service called sluice are not ours', () => {
  const env = {
    SLUICE_SERVICE_HOST: '10.0.0.1',
    SLUICE_SERVICE_PORT: '1935',
    SLUICE_SERVICE_PORT_RTMP: '1935',
    SLUICE_PORT: 'tcp://10.0.0.1:1935',
    SLUICE_PORT_1935_TCP: 'tcp://10.0.0.1:1935',
    SLUICE_PORT_1935_TCP_ADDR: '10.0.0.1',
    SLUICE_ORIGIN_PORT: 'tcp://10.0.0.1:1935',
  }
  assert.deepEqual(problems({ env }), [])
  assert.deepEqual(problems({ env: { SLUICE_PORT: '80' } }), ['Unknown variable SLUICE_PORT: sluice --help lists them'])
})

test('config: any command line is either understood or refused', () => {
  const argument = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '--',
      '--no-',
      '--=',
      '--record-all',
      '--no-record-all',
      '--rtmp-listen',
      ':1',
      '--relay-to',
      'a,b',
    ),
    fc.stringMatching(/^--(rtmp|record|no)-[a-z=:0-9-]{0,12}$/),
  )
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 8 }), argv => {
      const found = problems({ argv })
      assert.ok(found.every(message => message !== ''))
    }),
    { seed: 6, numRuns: 1000 },
  )
})

test('config: any file is either understood or refused', () => {
  const yaml = fc.oneof(fc.string(), fc.stringMatching(/^[a-z:{}[\]&*!?,"'\n -]{0,40}$/))
  fc.assert(
    fc.property(yaml, source => assert.ok(Array.isArray(problems({ files: { 'sluice.yaml': source } })))),
    { seed: 7, numRuns: 1000 },
  )
})

const perName = defineSection('Sluice', {
  play: defineSection('Players', { gopCache: boolean({ default: true, description: 'Start early' }) }),
  paths: defineEntryMap(
    'Settings by name',
    { form: 'a lower-case word', placeholder: 'WORD', parse: name => (/^[a-z*]+$/.test(name) ? { name } : undefined) },
    {
      gopCache: boolean({ default: true, description: 'Start early' }),
      wait: duration({ default: '3s', description: 'Patience' }),
    },
  ),
})

function loadNamed(file: string) {
  const readFile = (path: string) => (path === 'sluice.yaml' ? file : undefined)
  return loadConfig(perName, { argv: [], env: {}, readFile }).config
}

test('config: a map keeps its entries in order, with the keys that they have', () => {
  const { paths } = loadNamed('paths:\n  b: { gopCache: off }\n  a: {}\n  "*":\n    wait: 1s\n')
  assert.deepEqual(paths, [
    { name: { name: 'b' }, values: { gopCache: false } },
    { name: { name: 'a' }, values: {} },
    { name: { name: '*' }, values: { wait: 1000 } },
  ])
  const [first] = paths
  const gopCache: boolean | undefined = first?.values.gopCache
  assert.equal(gopCache, false)
  assert.deepEqual(loadNamed('play: {}').paths, [])
})

test('config: entries of a map may share settings by an alias', () => {
  const { paths } = loadNamed('paths:\n  a: &shared { wait: 2s }\n  b: *shared\n')
  assert.deepEqual(
    paths.map(({ values }) => values),
    [{ wait: 2000 }, { wait: 2000 }],
  )
})

test('config: what is wrong in a map is told with its place', () => {
  const wrong = (file: string): readonly string[] => {
    try {
      return [JSON.stringify(loadNamed(file))]
    } catch (error) {
      assert.ok(error instanceof ConfigErrors)
      return error.problems.map(({ message }) => message)
    }
  }
  assert.deepEqual(wrong('paths:\n  a:\n    gopCahe: true\n    wait: soon\n  B: {}\n  a: {}\n'), [
    'Unknown key paths.a.gopCahe at sluice.yaml:3:5: did you mean paths.a.gopCache?',
    'Cannot use paths.B at sluice.yaml:5:3: its name must be a lower-case word, is "B"',
    'Cannot use paths.a at sluice.yaml:6:3: the name stands there twice',
    'Cannot use paths.a.wait at sluice.yaml:4:5: it must be a duration such as 350ms, 20s, 5m, 2h, 1d or 1m30s, is "soon"',
  ])
  assert.deepEqual(wrong('paths: [a]'), ['Cannot use paths at sluice.yaml:1:1: it must be a map of entries, is a list'])
  assert.match(
    wrong('paths: { a: on }')[0] ?? '',
    /^Cannot use paths.a at sluice.yaml:1:10: it must be a section of keys/,
  )
})
