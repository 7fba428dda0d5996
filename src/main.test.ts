import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { test } from 'vitest'
import { Program } from '../test/peers/program.ts'

const launcher = fileURLToPath(new URL('../bin/sluice.mjs', import.meta.url))

/** The finished process of `sluice ARGV`. */
function sluice(...argv: string[]): Promise<{ code: string | number | null | undefined; out: string; err: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [launcher, ...argv], { timeout: 20_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out, err })
    })
  })
}

test('sluice --version: one line on standard output', async () => {
  const { code, out, err } = await sluice('--version')
  assert.match(out, /^sluice \d+\.\d+\.\d+\n$/)
  assert.deepEqual({ code, err }, { code: 0, err: '' })
})

test('sluice --help: every section of the configuration', async () => {
  const { code, out } = await sluice('--help')
  assert.equal(code, 0)
  for (const flag of ['--rtmp-listen', '--http-listen', '--record-all', '--log-level', '--config']) {
    assert.ok(out.includes(`\n  ${flag} `), flag)
  }
})

/** As for servers of other tests: the machine may be busy. */
const startTimeoutMs = 50_000

test('sluice: starts on a machine that has no other programs', { timeout: startTimeoutMs }, async () => {
  const listeners = ['rtmp', 'srt', 'http'].map(name => `--${name}-listen=127.0.0.1:0`)
  await using server = new Program(process.execPath, [launcher, ...listeners], { env: { PATH: '' } })
  await server.untilPrinted(/"protocol":"http".*?"port":\d+/, startTimeoutMs)
})

test('sluice: an unknown command is a usage error', async () => {
  const { code, out, err } = await sluice('sevre')
  assert.deepEqual(
    { code, out, err },
    { code: 2, out: '', err: 'sluice: Unknown command sevre: did you mean serve?\n' },
  )
})
