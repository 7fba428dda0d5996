import assert from 'node:assert/strict'
import { test } from 'vitest'
import { boolean, parseBoolean } from './boolean.ts'

for (const text of ['true', 'yes', 'on', '1', 'True', 'YES']) {
  test(`boolean: "${text}" switches on`, () => assert.equal(parseBoolean(text), true))
}

for (const text of ['false', 'no', 'off', '0', 'Off']) {
  test(`boolean: "${text}" switches off`, () => assert.equal(parseBoolean(text), false))
}

for (const text of ['', 'y', '2', 'enabled', 'constructor', 'truefalse']) {
  test(`boolean: "${text}" is none`, () => assert.equal(parseBoolean(text), undefined))
}

test('boolean: a list is none', () => {
  assert.equal(boolean({ default: false, description: '' }).parse(['true']), undefined)
})
