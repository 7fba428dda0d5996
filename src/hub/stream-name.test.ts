import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isStreamName } from './stream-name.ts'

for (const name of ['live/test', 'cam/roof/north', 'a', 'A-b_c.d~1', 'a/b/c/d/e/f/g/h', 'x'.repeat(255), 'a/..b']) {
  test(`stream name: ${name.slice(0, 20)} is one`, () => assert.equal(isStreamName(name), true))
}

const wrong = ['', '/', 'a/', '/a', 'a//b', '.', '..', 'a/../b', 'a/.', 'a b', 'ä', 'a?b', 'a%2f', 'a\0b', 'a\nb']
for (const name of [...wrong, 'a/b/c/d/e/f/g/h/i', 'x'.repeat(256)]) {
  test(`stream name: ${JSON.stringify(name).slice(0, 20)} is none`, () => assert.equal(isStreamName(name), false))
}
