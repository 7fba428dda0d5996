import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { LogConfig } from './log-config.ts'
import { PinoLog } from './pino-log.ts'

function openLog(config: Partial<LogConfig> = {}, isTerminal = false) {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const log = PinoLog.open({ level: 'info', format: 'auto', ...config }, destination, { isTerminal, hasColours: false })
  return { log, lines }
}

test('log: an event is one line of JSON with time, level, code and fields', () => {
  const { log, lines } = openLog()
  log.warn('RTMP_CLOSED', 'the peer sent garbage', { stream: 'live/test', bytes: 3, peer: undefined })
  const { time, ...line } = JSON.parse(lines[0] ?? '')
  assert.deepEqual(line, {
    level: 'warn',
    code: 'RTMP_CLOSED',
    stream: 'live/test',
    bytes: 3,
    msg: 'the peer sent garbage',
  })
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 5000)
  assert.equal(lines.length, 1)
  assert.ok(lines[0]?.endsWith('}\n'))
})

test('log: a child adds its fields to every line, and its own children add theirs', () => {
  const { log, lines } = openLog()
  log.child({ connection: 'r1', token: 'abc' }).child({ stream: 'live/test' }).info('X', 'x', { bytes: 1 })
  const { connection, token, stream, bytes } = JSON.parse(lines[0] ?? '')
  assert.deepEqual(
    { connection, token, stream, bytes },
    { connection: 'r1', token: '[hidden]', stream: 'live/test', bytes: 1 },
  )
})

test('log: nothing below the level', () => {
  const { log, lines } = openLog({ level: 'warn' })
  log.debug('A', 'a')
  log.info('B', 'b')
  log.warn('C', 'c')
  log.error('D', 'd')
  assert.deepEqual(
    lines.map(line => JSON.parse(line).code),
    ['C', 'D'],
  )
})

test('log: passwords of URLs are hidden in messages and fields', () => {
  const { log, lines } = openLog()
  log.error('PUSH', 'Cannot connect to rtmp://u:pa55@host/live?token=t0ken', { url: 'rtmp://u:pa55@host' })
  assert.doesNotMatch(lines.join(''), /pa55|t0ken/)
})

for (const [format, isTerminal, isPretty] of [
  ['auto', true, true],
  ['auto', false, false],
  ['json', true, false],
  ['pretty', false, true],
] as const) {
  test(`log: format ${format} ${isTerminal ? 'on a terminal' : 'elsewhere'} is ${isPretty ? 'pretty' : 'JSON'}`, () => {
    const { log, lines } = openLog({ format }, isTerminal)
    log.info('STARTED', 'listening', { peer: '::1' })
    assert.match(
      lines[0] ?? '',
      isPretty ? /^\d\d:\d\d:\d\d\.\d{3} INFO {2}STARTED listening {2}peer=::1\n$/ : /^\{.*\}\n$/,
    )
  })
}
