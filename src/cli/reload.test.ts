import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'vitest'
import { KeptLog } from '../../test/support/kept-log.ts'
import { reloadOnHangup } from './reload.ts'

test('reload: on each SIGHUP, with a line of the log', () => {
  const log = new KeptLog()
  const signals = new EventEmitter()
  let count = 0
  reloadOnHangup({ reload: async () => void count++ }, signals, log)
  signals.emit('SIGTERM', 'SIGTERM')
  assert.equal(count, 0)
  signals.emit('SIGHUP', 'SIGHUP')
  signals.emit('SIGHUP', 'SIGHUP')
  assert.equal(count, 2)
  assert.deepEqual(
    log.lines.map(({ code }) => code),
    ['SERVER_RELOADING', 'SERVER_RELOADING'],
  )
})
