import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { LogOutput } from './log-output.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('log output: lines are written in the background, in order', async () => {
  const file = join(folder, 'log')
  const output = new LogOutput(openSync(file, 'w'))
  for (let n = 0; n < 1000; n++) output.write(`${n}\n`)
  assert.equal(await output.written(5000), true)
  assert.equal(readFileSync(file, 'utf8'), Array.from({ length: 1000 }, (_, n) => `${n}\n`).join(''))
})

test('log output: a full disk does not stop the server', async () => {
  const output = new LogOutput(openSync('/dev/full', 'w'))
  output.write('lost\n')
  assert.equal(await output.written(5000), true)
  output.write('lost too\n')
  assert.equal(await output.written(5000), true)
})

test('log output: without a reader memory stays bounded, and the loss is reported when he is back', async () => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const holder = openSync(pipe, 'r+')
  const output = new LogOutput(openSync(pipe, 'w'))
  const reports: number[] = []
  output.onDropped(lines => reports.push(lines))
  const line = `${'x'.repeat(999)}\n`
  for (let n = 0; n < 3000; n++) output.write(line)
  assert.equal(await output.written(20), false)
  assert.deepEqual(reports, [])
  const reader = spawn('cat', [pipe], { stdio: 'ignore' })
  assert.equal(await output.written(5000), true)
  reader.kill()
  closeSync(holder)
  const [lost = 0] = reports
  assert.equal(reports.length, 1)
  assert.ok(lost > 1500 && lost < 2100, String(lost))
})
