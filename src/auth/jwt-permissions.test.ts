import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import type { AccessAction } from '../contracts/access.ts'
import { type ApiRole, roleNamed } from '../core/api-role.ts'
import { covers } from './access-rule.ts'
import { type Claims, grantsOf } from './jwt-permissions.ts'

const publish = { action: 'publish', path: 'live/**' }

for (const { claims, allows, denies } of [
  { claims: { sluice: [publish] }, allows: ['publish live/a/b'], denies: ['play live/a', 'publish cam/a', 'api '] },
  { claims: { sluice: [{ action: 'play' }] }, allows: ['play x/y'], denies: ['publish x/y', 'api '] },
  { claims: { sluice: [{ action: 'any' }] }, allows: ['publish x', 'api ', 'metrics '], denies: [] },
  { claims: { sluice: JSON.stringify([publish]) }, allows: ['publish live/a'], denies: ['publish cam/a'] },
  { claims: { mediamtx_permissions: [{ action: 'read', path: '' }] }, allows: ['play x/y'], denies: ['publish x/y'] },
  { claims: { mediamtx_permissions: [{ action: 'publish' }] }, allows: ['publish x/y'], denies: ['play x/y'] },
  {
    claims: { mediamtx_permissions: [{ action: 'playback', path: 'a/b' }] },
    allows: ['play a/b'],
    denies: ['play a/bc'],
  },
  { claims: { mediamtx_permissions: [{ action: 'api', path: '' }] }, allows: ['api '], denies: ['metrics '] },
  {
    claims: { mediamtx_permissions: [{ action: 'publish', path: '~^a' }] },
    allows: [],
    denies: ['publish a', 'publish ~^a'],
  },
  { claims: { mediamtx_permissions: [{ action: 'pprof' }, { action: 'constructor' }] }, allows: [], denies: ['api '] },
  { claims: { sluice_role: 'viewer' }, allows: ['viewer '], denies: ['operator ', 'api ', 'play a', 'metrics '] },
  { claims: { sluice_role: 'admin' }, allows: ['viewer ', 'operator ', 'api '], denies: ['play a', 'metrics '] },
  { claims: { sluice: [{ action: 'operator' }] }, allows: ['viewer ', 'operator '], denies: ['api ', 'play a'] },
  { claims: { sluice_role: 'root', role: 'admin' }, allows: [], denies: ['viewer '] },
  { claims: {}, allows: [], denies: ['play a', 'api '] },
  { claims: { sluice: publish }, allows: [], denies: ['publish live/a'] },
  { claims: { sluice: 'publish' }, allows: [], denies: ['publish live/a'] },
  {
    claims: { sluice: [null, 1, 'publish', {}, { action: ['publish'] }, { action: 'play', path: 5 }] },
    allows: [],
    denies: ['publish a', 'play a'],
  },
]) {
  test(`jwt permissions: ${JSON.stringify(claims)}`, () => {
    const isAllowed = (what: string): boolean => {
      const [word, stream] = what.split(' ') as [AccessAction | ApiRole, string]
      const role = roleNamed(word)
      const asked = role === undefined ? { action: word as AccessAction } : ({ action: 'api', role } as const)
      return grantsOf(claims).some(grant => covers(grant, { ...asked, stream, address: '192.0.2.1' }))
    }
    for (const what of allows) assert.equal(isAllowed(what), true, what)
    for (const what of denies) assert.equal(isAllowed(what), false, what)
  })
}

test('jwt permissions: no claim is a fault', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (ours, theirs) => {
      const claims: Claims = { sluice: ours, mediamtx_permissions: theirs }
      for (const grant of grantsOf(claims)) covers(grant, { action: 'play', stream: 'a', address: '::1' })
    }),
    { seed: 20_261_121 },
  )
})
