import assert from 'node:assert/strict'
import { test } from 'vitest'
import { basicProfile, undeclaredProfile } from '../../formats/flv/flv-profile.ts'
import { PlayerFormats } from './player-formats.ts'

const profile = (name: string) => ({ ...undeclaredProfile, name })

test('player formats: players of one class share a format', () => {
  const formats = new PlayerFormats(4096)
  const first = formats.open(profile('a'))
  assert.equal(formats.open(profile('a')).wireFormat, first.wireFormat)
  assert.notEqual(formats.open(profile('b')).wireFormat, first.wireFormat)
})

test('player formats: those that nobody needs make room, the one that was longest not needed first', () => {
  const formats = new PlayerFormats(4096)
  const [a, b] = [formats.open(profile('a')), formats.open(profile('b'))]
  formats.close(a)
  formats.close(b)
  formats.close(formats.open(profile('a')))
  for (let n = 0; n < 31; n++) formats.open(profile(`${n}`))
  assert.equal(formats.open(profile('a')).wireFormat, a.wireFormat)
})

test('player formats: one class too many is served as players that know FLV 10.1 and no more', () => {
  const formats = new PlayerFormats(4096)
  const open = Array.from({ length: 32 }, (_, n) => formats.open(profile(`${n}`)))
  assert.equal(formats.open(profile('one more')).profile, basicProfile)
  assert.equal(formats.open(profile('7')).wireFormat, open[7]?.wireFormat)
  for (const format of open) formats.close(format)
  assert.equal(formats.open(profile('one more')).profile.name, 'one more')
})
