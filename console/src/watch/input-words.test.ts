import assert from 'node:assert/strict'
import { test } from 'vitest'
import { inputWords } from './input-words.ts'

test('input words: what works is on air or ready, and what is silent is not on air', () => {
  assert.equal(inputWords({ state: 'receiving', onAir: true, protocol: 'srt' }), 'On air')
  assert.equal(inputWords({ state: 'receiving', onAir: false, protocol: 'srt' }), 'Ready')
  assert.equal(inputWords({ state: 'silent', onAir: true, protocol: 'rtmp' }), 'Silent')
})

test('input words: an input that waits for an encoder does not connect to anything', () => {
  assert.equal(inputWords({ state: 'connecting', onAir: false, protocol: 'publish' }), 'Waits for its encoder')
  assert.equal(inputWords({ state: 'connecting', onAir: false, protocol: 'rtmp' }), 'Connecting')
})
