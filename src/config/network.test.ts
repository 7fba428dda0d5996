import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseNetwork } from './network.ts'

for (const { network, inside, outside } of [
  { network: '10.0.0.0/8', inside: ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'], outside: ['11.0.0.0', '::1'] },
  { network: '10.1.2.3/8', inside: ['10.200.0.1'], outside: ['9.1.2.3'] },
  { network: '192.168.1.5', inside: ['192.168.1.5'], outside: ['192.168.1.6'] },
  { network: '0.0.0.0/0', inside: ['1.2.3.4'], outside: ['2001:db8::1'] },
  { network: '::1', inside: ['::1'], outside: ['::2', '127.0.0.1'] },
  { network: '2001:db8::/32', inside: ['2001:db8:1::9'], outside: ['2001:db9::1'] },
  { network: 'fe80::/10', inside: ['fe80::1%eth0'], outside: ['fec0::1'] },
]) {
  test(`network: ${network}`, () => {
    const parsed = parseNetwork(network)
    assert.equal(parsed?.text, network)
    for (const address of inside) assert.equal(parsed?.contains(address), true, address)
    for (const address of [...outside, '', '?', 'localhost']) assert.equal(parsed?.contains(address), false, address)
  })
}

for (const text of [
  '',
  'localhost',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0/8',
  '::/129',
  '::1/-1',
  'fe80::1%a',
]) {
  test(`network: ${JSON.stringify(text)} is none`, () => assert.equal(parseNetwork(text), undefined))
}
