import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { ProtocolError } from '../../core/errors.ts'
import { decodeProxyHeader } from './decode-proxy-header.ts'
import type { ProxyHeader } from './proxy-header.ts'

const signature = '0d0a0d0a000d0a515549540a'
const http = Buffer.from('GET / HTTP/1.1\r\n\r\n')

type Vector = { readonly name: string; readonly wire: Uint8Array; readonly source: ProxyHeader['source'] }

/** The first is the example of the specification's §2.1, the others are worked out by hand from §2.1 and §2.2. */
const vectors: readonly Vector[] = [
  line('PROXY TCP4 192.168.0.1 192.168.0.11 56324 443', { address: '192.168.0.1', port: 56_324 }),
  line('PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535', { address: '255.255.255.255', port: 65_535 }),
  line('PROXY TCP6 2001:DB8:0:0::1 ::1 0 1936', { address: '2001:db8::1', port: 0 }),
  line('PROXY TCP6 ::ffff:192.0.2.7 ::ffff:192.0.2.8 1 2', { address: '192.0.2.7', port: 1 }),
  line('PROXY UNKNOWN', undefined),
  line(`PROXY UNKNOWN ${'f'.repeat(91)}`, undefined),
  binary('21 11 000c c0000201 0a000002 dc04 078f', { address: '192.0.2.1', port: 0xdc04 }),
  binary(`21 21 0024 20010db8${'00'.repeat(11)}01 ${'00'.repeat(15)}01 1000 0790`, {
    address: '2001:db8::1',
    port: 4096,
  }),
  // PP2_TYPE_NOOP of two bytes, PP2_TYPE_AUTHORITY of four.
  binary('21 11 0018 c0000201 0a000002 dc04 078f 040002ffff 020004 686f7374', { address: '192.0.2.1', port: 0xdc04 }),
  binary('20 00 0000', undefined),
  binary('20 11 000c c0000201 0a000002 dc04 078f', undefined),
  binary('21 00 0003 ffffff', undefined),
  binary('21 12 000c c0000201 0a000002 dc04 078f', undefined),
  binary(`21 31 00d8 ${'2f'.repeat(216)}`, undefined),
]

function line(text: string, source: ProxyHeader['source']): Vector {
  return { name: text, wire: Buffer.from(`${text}\r\n`), source }
}

function binary(digits: string, source: ProxyHeader['source']): Vector {
  return { name: `version 2, ${digits.slice(0, 40)}`, wire: hex(signature + digits), source }
}

for (const { name, wire, source } of vectors) {
  test(`proxy header: ${name}`, () => {
    assert.deepEqual(decodeProxyHeader(wire), { source, size: wire.length })
    assert.deepEqual(decodeProxyHeader(Buffer.concat([wire, http])), { source, size: wire.length })
  })

  test(`proxy header: ${name}, cut short, asks for more`, () => {
    for (let length = 0; length < wire.length; length++) {
      assert.equal(decodeProxyHeader(wire.subarray(0, length)), undefined)
    }
  })
}

const faults: readonly { readonly name: string; readonly wire: Uint8Array; readonly says: RegExp }[] = [
  { name: 'HTTP', wire: http, says: /starts otherwise/ },
  { name: 'PROPFIND', wire: Buffer.from('PROP'), says: /starts otherwise/ },
  { name: 'the version byte of RTMP', wire: hex('03'), says: /starts otherwise/ },
  { name: 'TLS', wire: hex('160301'), says: /starts otherwise/ },
  { name: 'a line without an end', wire: Buffer.from(`PROXY UNKNOWN ${'f'.repeat(93)}`), says: /within 107 bytes/ },
  { name: 'a line of 108 bytes', wire: Buffer.from(`PROXY UNKNOWN ${'f'.repeat(92)}\r\n`), says: /within 107 bytes/ },
  { name: 'UDP', wire: Buffer.from('PROXY UDP4 1.2.3.4 1.2.3.4 1 1\r\n'), says: /TCP4, TCP6 or UNKNOWN/ },
  { name: 'a line that ends with LF', wire: Buffer.from('PROXY UNKNOWNX\n\r\n'), says: /TCP4, TCP6 or UNKNOWN/ },
  { name: 'IPv6 in TCP4', wire: Buffer.from('PROXY TCP4 ::1 ::1 1 1\r\n'), says: /addresses of TCP4/ },
  {
    name: 'an address with zeros',
    wire: Buffer.from('PROXY TCP4 1.2.3.04 1.2.3.4 1 1\r\n'),
    says: /addresses of TCP4/,
  },
  { name: 'a port with zeros', wire: Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 01 1\r\n'), says: /two ports/ },
  { name: 'a port too high', wire: Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n'), says: /two ports/ },
  { name: 'two spaces', wire: Buffer.from('PROXY TCP4  1.2.3.4 1.2.3.4 1 1\r\n'), says: /addresses of TCP4/ },
  { name: 'more behind the ports', wire: Buffer.from('PROXY TCP4 1.2.3.4 1.2.3.4 1 1 \r\n'), says: /two ports/ },
  { name: 'version 1 in binary', wire: hex(`${signature}11110000`), says: /version must be 2, is 1/ },
  { name: 'an unknown command', wire: hex(`${signature}22110000`), says: /command must be LOCAL or PROXY, is 2/ },
  { name: 'an unknown family', wire: hex(`${signature}21410000`), says: /family must be 0 to 3, is 4/ },
  { name: 'an unknown transport', wire: hex(`${signature}21130000`), says: /transport must be 0 to 2, is 3/ },
  { name: 'no room for IPv4', wire: hex(`${signature}2111000b`), says: /take 12 bytes, it has room for 11/ },
  { name: 'no room for IPv6', wire: hex(`${signature}2121000c`), says: /take 36 bytes, it has room for 12/ },
  { name: 'a huge length', wire: hex(`${signature}2111ffff`), says: /may have 4096 bytes/ },
]

for (const { name, wire, says } of faults) {
  test(`proxy header: ${name} is the peer's fault`, () => {
    assert.throws(
      () => decodeProxyHeader(wire),
      (error: unknown) => error instanceof ProtocolError && says.test(error.message),
    )
  })
}

test('proxy header: anything else is the fault of the peer and of nobody else', () => {
  const valid = vectors.map(({ wire }) => wire)
  fuzzDecoder(1, valid, decodeProxyHeader)
})
