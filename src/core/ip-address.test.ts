import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import fc from 'fast-check'
import { test } from 'vitest'
import { formatIpAddress, isMulticastAddress, parseIpAddress } from './ip-address.ts'

/** From RFC 4291 §2.2 and RFC 5952 §4. */
const texts: readonly { readonly text: string; readonly canonical: string }[] = [
  { text: '192.0.2.1', canonical: '192.0.2.1' },
  { text: '2001:DB8:0:0:8:800:200C:417A', canonical: '2001:db8::8:800:200c:417a' },
  { text: 'FF01::101', canonical: 'ff01::101' },
  { text: '::1', canonical: '::1' },
  { text: '::', canonical: '::' },
  { text: '2001:db8:0:1:1:1:1:1', canonical: '2001:db8:0:1:1:1:1:1' },
  { text: '2001:0:0:1:0:0:0:1', canonical: '2001:0:0:1::1' },
  { text: '2001:db8:0:0:1:0:0:1', canonical: '2001:db8::1:0:0:1' },
  { text: '1:2:3:4:5:6:7::', canonical: '1:2:3:4:5:6:7:0' },
  { text: '::FFFF:129.144.52.38', canonical: '129.144.52.38' },
  { text: '::13.1.68.3', canonical: '::d01:4403' },
]

for (const { text, canonical } of texts) {
  test(`IP address: ${text} is ${canonical}`, () => {
    const bytes = parseIpAddress(text)
    assert.ok(bytes !== undefined)
    assert.equal(formatIpAddress(bytes), canonical)
  })
}

for (const text of ['', '1.2.3', '1.2.3.256', '01.2.3.4', '1.2.3.4.5', ':', ':::', '1:2', '12345::', '::1::', '::g']) {
  test(`IP address: "${text}" is none`, () => assert.equal(parseIpAddress(text), undefined))
}

test('IP address: what is written is read again, and Node.js agrees', () => {
  const size = fc.constantFrom(4, 16)
  const address = size.chain(length => fc.uint8Array({ minLength: length, maxLength: length }))
  fc.assert(
    fc.property(address, bytes => {
      const text = formatIpAddress(bytes)
      assert.notEqual(isIP(text), 0)
      if (isIP(text) === (bytes.length === 4 ? 4 : 6)) assert.deepEqual(parseIpAddress(text), bytes)
    }),
  )
})

test('IP address: any text that Node.js takes for one is one', () => {
  const part = fc.constantFrom('0', '1', 'ff', '1234', ':', '::', '.', '255', '1.2.3.4')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), parts => {
      const text = parts.join('')
      assert.equal(parseIpAddress(text) !== undefined, isIP(text) !== 0, text)
    }),
    { numRuns: 2000 },
  )
})

test('ip address: groups', () => {
  for (const group of ['224.0.0.1', '239.255.255.255', 'ff02::1', 'FF3e::1'])
    assert.ok(isMulticastAddress(group), group)
  for (const other of ['223.255.255.255', '240.0.0.1', 'fe80::1', '::ffff:239.1.1.1', 'x'])
    assert.ok(!isMulticastAddress(other), other)
})
