import assert from 'node:assert/strict'
import type { DeclaredStreams } from '../../src/contracts/declared-streams.ts'

/** Nobody declares anything. */
export const noDeclaredStreams: DeclaredStreams = {
  list: () => [],
  get: () => undefined,
  put: () => assert.fail('not expected'),
  putAll: () => assert.fail('not expected'),
  checkAll: () => assert.fail('not expected'),
  patch: () => assert.fail('not expected'),
  remove: () => assert.fail('not expected'),
}
