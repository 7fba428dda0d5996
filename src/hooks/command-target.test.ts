import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { publishStarted, stamped } from '../../test/support/hook-events.ts'
import { pollUntil } from '../../test/support/polling.ts'
import { CommandTarget } from './command-target.ts'
import { DeliveryError } from './delivery-error.ts'

const never = new AbortController().signal

function script(text: string): { readonly path: string; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-hook-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'hook.sh')
  writeFileSync(path, `#!/bin/sh\ncd '${folder}'\n${text}\n`)
  chmodSync(path, 0o755)
  return { path, folder }
}

test('command: no name and no query becomes a command, an argument or a line', async () => {
  const { path, folder } = script('printf "%s|%s|%s|%s" "$#" "$RTMP_STREAM_KEY" "$SLUICE_EVENT_QUERY" "$1" > seen')
  const evil = '$(touch pwned);`touch pwned`|touch pwned&\'"\n--help ${IFS} * > pwned'
  await new CommandTarget([path, '$RTMP_STREAM_KEY'], new FakeClock()).deliver(
    [stamped(publishStarted(evil, 'rtmp-1', evil))],
    never,
  )
  assert.equal(readFileSync(join(folder, 'seen'), 'utf8'), `1|${evil}|${evil}|$RTMP_STREAM_KEY`)
  assert.equal(existsSync(join(folder, 'pwned')), false)
})

test('command: sees nothing of our environment but what programs need', async () => {
  const { path, folder } = script('env > seen')
  process.env['SLUICE_AUTH_TOKEN'] = 'live/test=s3cret'
  onTestFinished(() => void delete process.env['SLUICE_AUTH_TOKEN'])
  await new CommandTarget([path], new FakeClock()).deliver([stamped(publishStarted())], never)
  const seen = readFileSync(join(folder, 'seen'), 'utf8')
  assert.match(seen, /^PATH=/m)
  assert.match(seen, /^RTMP_EVENT_TYPE=publish_start$/m)
  assert.doesNotMatch(seen, /s3cret/)
})

test('command: the exit code and the end of what it said are told', async () => {
  const { path } = script('head -c 100000 /dev/zero | tr "\\\\0" x >&2; echo; echo no such camera >&2; exit 3')
  const run = new CommandTarget([path], new FakeClock()).deliver([stamped(publishStarted())], never)
  await assert.rejects(run, ({ message, isFinal }: DeliveryError) => {
    assert.match(message, /^the command ended with 3: x+no such camera$/)
    assert.ok(message.length < 1200)
    return isFinal
  })
})

test('command: one that is not there is a failure', async () => {
  const run = new CommandTarget(['/nowhere/hook'], new FakeClock()).deliver([stamped(publishStarted())], never)
  await assert.rejects(run, DeliveryError)
})

test('command: when the time is up, it and all that it started are ended', async () => {
  const { path, folder } = script(
    'trap "" TERM\n(trap "" TERM; echo $$ > started; exec sleep 60) &\necho $! > child\nwait',
  )
  const late = new AbortController()
  const clock = new FakeClock()
  const run = new CommandTarget([path], clock).deliver([stamped(publishStarted())], late.signal)
  const failed = assert.rejects(run, /ended by SIGKILL/)
  const child = await pollUntil('the script', async () => {
    const file = join(folder, 'child')
    return existsSync(file) && existsSync(join(folder, 'started')) ? Number(readFileSync(file, 'utf8')) : undefined
  })
  late.abort()
  clock.advance(1000)
  await failed
  await pollUntil('the end of its child', async () => (isAlive(child) ? undefined : true))
})

function isAlive(pid: number): boolean {
  try {
    // A process that nobody has waited for yet is dead all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
