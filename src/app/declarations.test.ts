import assert from 'node:assert/strict'
import { test } from 'vitest'
import { forever, question } from '../../test/support/access-question.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { MemoryDocuments } from '../../test/support/memory-documents.ts'
import type { AccessRequest } from '../contracts/access.ts'
import { createDeclarations, refusingSwitchedOff } from './declarations.ts'

test('declarations: nobody gets what is switched off, or whose access cannot be read', async () => {
  const store = new MemoryDocuments()
  const kept = (key: string, value: Readonly<Record<string, unknown>>) =>
    ({ kind: 'put', collection: 'streams', key, value, expected: 'anything' }) as const
  await store.apply([
    kept('off', { enabled: false }),
    kept('no-flv', { outputs: { flv: false } }),
    kept('mended', { auth: {} }),
    kept('broken', { auth: { token: ['play=***'] } }),
    kept('other', { unknown: 1 }),
  ])
  const declarations = createDeclarations({ streams: [] }, { store, log: new KeptLog(), onChange: () => undefined })
  await declarations.reload()
  const access = refusingSwitchedOff({ authorize: () => Promise.resolve({ isAllowed: true }) }, declarations)
  const ask = async (stream: string, more: Partial<AccessRequest> = {}): Promise<string> => {
    const verdict = await access.authorize(question({ stream, ...more }), forever)
    return verdict.isAllowed ? 'allowed' : `${verdict.refusal}: ${verdict.reason}`
  }
  assert.equal(await ask('off', { action: 'publish' }), 'forbidden: the stream is switched off')
  const overFlv = { protocol: 'http-flv' }
  assert.equal(await ask('no-flv', overFlv), 'forbidden: the stream is not played over http-flv')
  assert.equal(await ask('no-flv', { ...overFlv, action: 'publish' }), 'allowed')
  assert.equal(await ask('broken'), 'unavailable: what was declared of the stream cannot be used')
  for (const name of ['no-flv', 'mended', 'other', 'nobody']) assert.equal(await ask(name), 'allowed')
  assert.equal(await ask('', { action: 'api' }), 'allowed')
})
