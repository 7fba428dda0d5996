import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import type { AccessAction } from '../contracts/access.ts'
import { covers, decides, parseGrant, parseRule } from './access-rule.ts'

const from = (action: AccessAction, stream: string, address: string) => ({ action, stream, address })

test('access rule: without a path and a network it covers the action everywhere', () => {
  const rule = parseRule('allow publish play')
  assert(rule !== undefined)
  assert.equal(rule.isAllowed, true)
  assert.equal(covers(rule, from('publish', 'live/a', '1.2.3.4')), true)
  assert.equal(covers(rule, from('play', 'live/a', '::1')), true)
  assert.equal(covers(rule, from('api', '', '1.2.3.4')), false)
})

test('access rule: paths and networks narrow it', () => {
  const rule = parseRule(' deny  any on live/** cam/*  from 10.0.0.0/8 ::1 ')
  assert(rule !== undefined)
  assert.equal(rule.isAllowed, false)
  assert.equal(covers(rule, from('play', 'cam/a', '::1')), true)
  assert.equal(covers(rule, from('play', 'cam/a/b', '::1')), false)
  assert.equal(covers(rule, from('publish', 'live/a/b', '10.2.3.4')), true)
  assert.equal(covers(rule, from('publish', 'live/a/b', '11.2.3.4')), false)
  assert.equal(covers(rule, from('api', '', '10.2.3.4')), false)
})

for (const [text, asked, isDecided] of [
  ['allow viewer', ['viewer'], true],
  ['allow viewer', ['operator', 'admin'], false],
  ['allow operator', ['viewer', 'operator'], true],
  ['allow operator', ['admin'], false],
  ['allow admin', ['viewer', 'operator', 'admin'], true],
  ['allow api', ['viewer', 'operator', 'admin'], true],
  ['allow any', ['viewer', 'operator', 'admin'], true],
  ['allow viewer operator play', ['viewer', 'operator'], true],
  ['allow viewer api', ['admin'], true],
  // Whoever is denied a role is denied those that may more.
  ['deny operator', ['operator', 'admin'], true],
  ['deny operator', ['viewer'], false],
  ['deny admin', ['admin'], true],
  ['deny admin', ['viewer', 'operator'], false],
  ['deny api', ['viewer', 'operator', 'admin'], true],
  ['deny any', ['viewer', 'operator', 'admin'], true],
  ['allow metrics', ['viewer'], false],
] as const) {
  test(`access rule: "${text}" ${isDecided ? 'decides' : 'does not decide'} about ${asked.join(' and ')}`, () => {
    const rule = parseRule(text)
    assert(rule !== undefined)
    for (const role of asked) assert.equal(decides(rule, { ...from('api', '', '::1'), role }), isDecided, role)
  })
}

test('access rule: metrics from a network', () => {
  const rule = parseRule('allow metrics from 10.0.0.0/8')
  assert(rule !== undefined)
  assert.equal(covers(rule, from('metrics', '', '10.2.3.4')), true)
  assert.equal(covers(rule, from('metrics', '', '')), false)
})

for (const text of [
  '',
  'play',
  'allow',
  'allow watch',
  'permit play',
  'allow play on',
  'allow play on from 10.0.0.0/8',
  'allow play from',
  'allow play from 10.0.0.0/8 on live/**',
  'allow play on /live',
  'allow play from home',
  'allow on live/**',
  'allowplay',
]) {
  test(`access rule: ${JSON.stringify(text)} is none`, () => assert.equal(parseRule(text), undefined))
}

test('access rule: words in any order are a grant or none, and never a fault', () => {
  const word = fc.constantFrom('on', 'from', 'any', 'play', 'api', '10.0.0.0/8', 'live/**', 'x y', '')
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), words => {
      const grant = parseGrant(words.join(' '))
      assert.equal(typeof grant, grant === undefined ? 'undefined' : 'object')
    }),
    { seed: 20_261_121 },
  )
})
