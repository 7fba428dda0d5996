import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ipAddress } from './ip-address.ts'

const field = ipAddress({ default: '', description: '' })

for (const text of ['10.0.0.2', 'fd00::2', '::1']) {
  test(`ip address: ${text} is one`, () => assert.deepEqual(field.parse(text), { value: text }))
}

test('ip address: nothing is none', () => assert.deepEqual(field.parse(''), { value: undefined }))

for (const text of ['eth0', '10.0.0', '10.0.0.256', '10.0.0.0/8', '[::1]', 'fe80::1%eth0', 'localhost']) {
  test(`ip address: "${text}" is no address`, () => assert.equal(field.parse(text), undefined))
}
