import assert from 'node:assert/strict'
import { test } from 'vitest'
import { loadConfig } from '../../config/load-config.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import { ConfigError } from '../../core/errors.ts'
import { checkKeyRefresh, srtConfig } from './config.ts'

const schema = defineSection('All', { srt: srtConfig })

function load(...argv: readonly string[]): Decoded<typeof schema>['srt'] {
  return loadConfig(schema, { argv, env: {}, readFile: () => undefined }).config.srt
}

test('SRT config: a passphrase has 10 to 79 bytes, and is not shown where it is wrong', () => {
  assert.equal(load('--srt-passphrase', 'x'.repeat(79)).passphrase.length, 79)
  for (const wrong of ['secret-9b', 'x'.repeat(80)]) {
    assert.throws(() => load('--srt-passphrase', wrong), {
      message: 'Cannot use --srt-passphrase: it must be 10 to 79 bytes, or "", is not shown',
    })
  }
})

test('SRT config: a key is announced when the one before has long been out of use', () => {
  checkKeyRefresh(load().keyRefresh)
  checkKeyRefresh(load('--srt-key-refresh-period', '9', '--srt-key-refresh-pre-announcement', '4').keyRefresh)
  const rule = 'it must be less than half of srt.keyRefresh.period, is 4000 of 8000'
  assert.throws(
    () => checkKeyRefresh(load('--srt-key-refresh-period', '8000').keyRefresh),
    new ConfigError('srt.keyRefresh.preAnnouncement', `Cannot use srt.keyRefresh.preAnnouncement: ${rule}`),
  )
})
