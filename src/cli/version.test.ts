import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatVersion, readVersion } from './version.ts'

test('version: that of the package', () => {
  assert.match(formatVersion(readVersion()), /^sluice \d+\.\d+\.\d+\n$/)
})
