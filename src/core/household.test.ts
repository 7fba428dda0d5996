import assert from 'node:assert/strict'
import { test } from 'vitest'
import { householdOf } from './household.ts'

for (const [address, household] of [
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:1:2::6', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['64:ff9b::10.1.2.3', '64:ff9b:0:0'],
  ['1:2:3::10.1.2.3', '1:2:3:0'],
  ['?', '?'],
] as const) {
  test(`household: ${address} counts as ${household}`, () => assert.equal(householdOf(address), household))
}
