import assert from 'node:assert/strict'
import { test } from 'vitest'
import { nodeVariables } from './node-flags.mjs'

test('node: memory of segments is given back, unless whoever starts the server says otherwise', () => {
  assert.deepEqual(nodeVariables({ HOME: '/' }), { HOME: '/', MALLOC_MMAP_THRESHOLD_: '131072' })
  assert.deepEqual(nodeVariables({ MALLOC_MMAP_THRESHOLD_: '1' }), { MALLOC_MMAP_THRESHOLD_: '1' })
})
