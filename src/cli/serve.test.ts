import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'vitest'
import { listenAddress } from '../config/listen-address.ts'
import { defineSection } from '../config/section.ts'
import type { Log } from '../contracts/log.ts'
import { type RunningServer, serve } from './serve.ts'

const schema = defineSection('Sluice', {
  rtmp: defineSection('RTMP', { listen: listenAddress({ default: ':1935', description: 'TCP address' }) }),
})

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }

const server: RunningServer = {
  urls: ['rtmp://localhost/live/test', 'http://localhost:8080/'],
  drain: async () => {},
  reload: async () => {},
  close: async () => {},
}

type Run = { argv?: string[]; env?: Record<string, string>; isTerminal?: boolean; start?: () => Promise<RunningServer> }

/** Runs `serve` until it is stopped by a signal, which comes as soon as the server runs. */
async function run({ argv = [], env = {}, isTerminal = false, start = async () => server }: Run) {
  const signals = new EventEmitter().on('newListener', (signal, listener) => setImmediate(() => listener(signal)))
  let out = ''
  let err = ''
  const code = await serve({
    schema,
    version: '1.2.3',
    sources: { argv, env, readFile: () => undefined },
    signals,
    console: { isTerminal, print: text => void (out += text), printError: text => void (err += text) },
    openLog: () => log,
    start,
  })
  return { code, out, err }
}

test('serve: stops in order and prints nothing where no terminal is', async () => {
  assert.deepEqual(await run({}), { code: 0, out: '', err: '' })
})

test('serve: shows the URLs on a terminal', async () => {
  const { out } = await run({ isTerminal: true })
  assert.equal(out, '\nSluice 1.2.3 is running\n\n  rtmp://localhost/live/test\n  http://localhost:8080/\n\n')
})

test('serve: a wrong flag is a usage error', async () => {
  const { code, out, err } = await run({ argv: ['--rtmp-listn', ':1'], env: { SLUICE_RTMP_LISTEN: 'x' } })
  assert.equal(code, 2)
  assert.equal(out, '')
  assert.match(err, /^sluice: Unknown flag --rtmp-listn: did you mean --rtmp-listen\?\nsluice: Cannot use SLUICE_RTMP/)
})

test('serve: a wrong variable is not a usage error', async () => {
  assert.equal((await run({ env: { SLUICE_RTMP_LISTEN: 'x' } })).code, 1)
})

test('serve: a server that cannot start ends with one sentence', async () => {
  const failure = Object.assign(new Error('listen'), {
    code: 'EADDRINUSE',
    syscall: 'listen',
    address: '::',
    port: 1935,
  })
  assert.deepEqual(await run({ start: () => Promise.reject(failure) }), {
    code: 1,
    out: '',
    err: 'sluice: Cannot listen on :1935: another program listens there\n',
  })
})
