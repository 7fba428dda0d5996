import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { publishStarted, publishStopped, stamped } from '../../test/support/hook-events.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { DeadLetters } from './dead-letters.ts'
import { formatEvent } from './event-json.ts'

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-letters-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'dead-letters.jsonl')
}

test('dead letters: each given up event is a line with its hook and the reason', async () => {
  const path = newPath()
  const letters = new DeadLetters({ path, clock: new FakeClock(), log: new KeptLog() })
  const events = [stamped(publishStarted()), stamped(publishStopped())]
  letters.add('site', events, 'the answer has status 410')
  letters.add('bus', events.slice(0, 1), 'it is "old"')
  await letters.flush()
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  const [first, second] = events.map(event => JSON.parse(formatEvent(event)) as unknown)
  assert.deepEqual(
    lines.map(line => JSON.parse(line) as unknown),
    [
      { hook: 'site', reason: 'the answer has status 410', event: first },
      { hook: 'site', reason: 'the answer has status 410', event: second },
      { hook: 'bus', reason: 'it is "old"', event: first },
    ],
  )
})

test('dead letters: a disk that cannot be written costs bounded memory and one line of the log', async () => {
  const log = new KeptLog()
  const letters = new DeadLetters({ path: '/nowhere/dead-letters.jsonl', clock: new FakeClock(), log })
  for (let count = 0; count < 5000; count++) letters.add('site', [stamped(publishStarted())], 'away')
  await letters.flush()
  assert.deepEqual(
    log.lines.map(({ code, message }) => [code, message.slice(0, 37)]),
    [['DEAD_LETTERS_UNKEPT', 'Cannot keep 1000 given up events: ENO']],
  )
})
