import assert from 'node:assert/strict'
import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import { test } from 'vitest'
import { type ListenAddress, listenAddress, parseListenAddress } from './listen-address.ts'

const addresses: readonly [string, ListenAddress | undefined][] = [
  [':8080', { port: 8080 }],
  [':0', { port: 0 }],
  [':65535', { port: 65_535 }],
  ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['0.0.0.0:1935', { host: '0.0.0.0', port: 1935 }],
  ['localhost:1935', { host: 'localhost', port: 1935 }],
  ['media-1.example.org:80', { host: 'media-1.example.org', port: 80 }],
  ['[::1]:1935', { host: '::1', port: 1935 }],
  ['[fe80::1%eth0]:80', { host: 'fe80::1%eth0', port: 80 }],
  ['8080', undefined],
  ['', undefined],
  [':', undefined],
  ['localhost', undefined],
  ['localhost:', undefined],
  [':65536', undefined],
  [':-1', undefined],
  ['256.0.0.1:80', undefined],
  ['1.2.3:80', undefined],
  ['::1:1935', undefined],
  ['[127.0.0.1]:80', undefined],
  ['[::g]:80', undefined],
  ['-host:80', undefined],
  ['http://localhost:80', undefined],
]

for (const [text, address] of addresses) {
  test(`listen address: "${text}" is ${address === undefined ? 'none' : JSON.stringify(address)}`, () => {
    assert.deepEqual(parseListenAddress(text), address)
  })
}

test('listen address: the empty text switches the listener off', () => {
  const field = listenAddress({ default: '', description: '' })
  assert.deepEqual(field.parse(''), { value: undefined })
  assert.deepEqual(field.parse(':1'), { value: { port: 1 } })
  assert.equal(field.parse('x'), undefined)
})

test('listen address: what is read can be written back', () => {
  const host = fc.oneof(
    fc.constant(''),
    fc.ipV4(),
    fc.domain(),
    fc.ipV6().map(ip => `[${ip}]`),
  )
  fc.assert(
    fc.property(host, fc.nat(70_000), (written, port) => {
      const expected = { ...(written !== '' && { host: written.replace(/^\[|\]$/g, '') }), port }
      assert.deepEqual(parseListenAddress(`${written}:${port}`), port > 65_535 ? undefined : expected)
    }),
    { seed: 4 },
  )
})

test('listen address: any text is an address with a port in range or none', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[[\]:a-f0-9.%-]{0,24}:[0-9]{0,6}$/))
  fc.assert(
    fc.property(text, written => {
      const address = parseListenAddress(written)
      if (address === undefined) return
      assert.ok(address.port >= 0 && address.port <= 65_535)
      assert.ok(address.host === undefined || !address.host.includes(':') || isIPv6(address.host))
    }),
    { seed: 5, numRuns: 1000 },
  )
})
