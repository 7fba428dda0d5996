import assert from 'node:assert/strict'
import { test } from 'vitest'
import { publishSettingsOfAll } from '../../test/support/path-settings.ts'
import { RelayFixture } from '../../test/support/relay-fixture.ts'
import type { InputPlan } from '../supervisor/supervised-stream.ts'
import { readDeclaration } from './stream-declaration.ts'
import { streamPlan } from './stream-plans.ts'

const { registry } = new RelayFixture()
const relays = { createInput: () => assert.fail('it is not connected') }
const context = { registry, relays, settings: { publish: publishSettingsOfAll({}) } }

function planned(...inputs: readonly unknown[]): readonly InputPlan[] {
  const reading = readDeclaration({ inputs })
  assert.ok(reading.ok)
  return streamPlan('live/test', reading.value, context)?.inputs ?? []
}

test('stream plans: what is said of a connection makes another input, and nothing else does', () => {
  const url = 'https://host/x.ts'
  const keys = (...inputs: readonly unknown[]): number => new Set(planned(...inputs).map(({ key }) => key)).size
  const others = [
    ...[{ connectTimeout: '2s' }, { headers: ['a: b'] }, { username: 'a' }, { username: 'a', password: 'b' }],
    ...[{ tls: { verify: false } }, { tls: { ca: 'ca.pem' } }, { interface: '10.0.0.2' }],
  ]
  assert.equal(keys(url, ...others.map(more => ({ url, ...more }))), 8)
  assert.equal(keys(url, { url, title: 'x', timeout: '9s', standby: 'cold', reconnect: { min: '2s' } }), 1)
})

test('stream plans: encoders stay, however it is written that they are waited for', () => {
  const doors = planned('publish:', 'publish://', {
    url: 'srt://0.0.0.0:10080?streamid=publish:live/test',
    timeout: '9s',
  })
  assert.deepEqual(
    doors.map(({ key, createSource }) => [key, createSource]),
    [1, 2, 3].map(() => ['publish', undefined]),
  )
})

test('stream plans: what is played from its beginning is connected when it is needed, and live sources before', () => {
  const plans = planned('/x.mp4', 'https://host/x.mp4', 's3://bucket/x.mp4', 'https://host/x.ts', 'srt://host:9000')
  assert.deepEqual(
    plans.map(({ isHot }) => isHot),
    [false, false, false, true, true],
  )
})
