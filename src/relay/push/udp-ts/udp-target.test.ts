import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseUdpTarget, type UdpTarget } from './udp-target.ts'

const plain: Omit<UdpTarget, 'host' | 'shown'> = {
  ...{ port: 5000, isMulticast: false, isRtp: false, ttl: undefined, interface: undefined },
  ...{ packets: 7, bitrate: undefined },
}

const targets: readonly (readonly [text: string, facts: Partial<UdpTarget>])[] = [
  ['udp://encoder.example.com:5000', { host: 'encoder.example.com' }],
  ['RTP://192.0.2.1:5000/', { host: '192.0.2.1', isRtp: true }],
  [
    'udp://239.1.1.1:5000?ttl=4&interface=10.0.0.2',
    { host: '239.1.1.1', isMulticast: true, ttl: 4, interface: '10.0.0.2' },
  ],
  ['udp://[ff15::1]:5000?pkt_size=188', { host: 'ff15::1', isMulticast: true, packets: 1 }],
  ['udp://192.0.2.1:5000?bitrate=6.5M', { host: '192.0.2.1', bitrate: 6_500_000 }],
  ['udp://192.0.2.1:5000?bitrate=800k&pkt_size=1504', { host: '192.0.2.1', bitrate: 800_000, packets: 8 }],
  ['udp://192.0.2.1:5000?bitrate=3456789', { host: '192.0.2.1', bitrate: 3_456_789 }],
]

for (const [text, facts] of targets) {
  test(`udp target: ${text} taken apart`, () => {
    assert.deepEqual(parseUdpTarget(text), { ...plain, shown: text, ...facts })
  })
}

const wrong: readonly (readonly [text: string, words: string])[] = [
  ['udp://', 'Cannot use the URL: it must have the form udp://HOST:PORT or rtp://…'],
  ['udp://host', 'Cannot use the URL: it must have the form udp://HOST:PORT or rtp://…'],
  ['udp://user:pw@host:5000', 'Cannot use the URL: it must have the form udp://HOST:PORT or rtp://…'],
  ['udp://host:5000/live/key', 'Cannot use the URL: it must have the form udp://HOST:PORT or rtp://…'],
  ['udp://host:0', 'Cannot use the URL udp://host:0: its port must be 1 to 65535, is 0'],
  ['udp://host:5?ttl=256', 'Cannot use the URL udp://host:5: its ttl must be 1 to 255, is "256"'],
  [
    'udp://host:5?fifo_size=1',
    'Cannot use the URL udp://host:5: its parameters are ttl, interface, pkt_size, bitrate, one is "fifo_size"',
  ],
  [
    'udp://host:5?interface=eth0',
    'Cannot use the URL udp://host:5: its interface must be an address of this machine, is "eth0"',
  ],
  [
    'udp://239.1.1.1:5?interface=::1',
    'Cannot use the URL udp://239.1.1.1:5: its interface must be IPv4 as the host is, is IPv6',
  ],
  [
    'udp://host:5?pkt_size=1472',
    'Cannot use the URL udp://host:5: its pkt_size must be a multiple of 188 up to 8836, is "1472"',
  ],
  [
    'udp://host:5?bitrate=6Mbit',
    'Cannot use the URL udp://host:5: its bitrate must be 100k to 1000M bits per second, such as 6M, is "6Mbit"',
  ],
]

for (const [text, message] of wrong) {
  test(`udp target: ${text} is none, in words`, () => {
    assert.throws(() => parseUdpTarget(text), { code: 'ERR_URL', message })
  })
}
