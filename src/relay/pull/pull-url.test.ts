import assert from 'node:assert/strict'
import { test } from 'vitest'
import { UrlError } from '../../core/errors.ts'
import { parsePullUrl } from './pull-url.ts'

for (const [text, protocol, shown] of [
  ['rtmps://user:pw@host/live/key', 'rtmp', 'rtmps://host/live/…'],
  ['http://user:pw@host:8000/secret/x.ts?token=t', 'http-ts', 'http://host:8000/…'],
  ['HTTPS://host/x.ts', 'http-ts', 'https://host/…'],
  ['https://user:pw@host/secret/x.m3u8?token=t#maxHeight=720', 'hls', 'https://host/…'],
  ['udp://@239.1.2.3:5000', 'udp-ts', 'udp://@239.1.2.3:5000'],
  ['rtp://[ff02::1]:5000', 'udp-ts', 'rtp://[ff02::1]:5000'],
  ['https://user:pw@host/secret/x.MP4?token=t#loop=true', 'http-file', 'https://host/…'],
  ['file:///media/a%20b.mp4?loop=true', 'file', 'file:…/a b.mp4'],
  ['/media/clip.mkv', 'file', 'file:…/clip.mkv'],
  ['srt://host:9000?streamid=read:secret&passphrase=correct-horse', 'srt', 'srt://host:9000'],
] as const) {
  test(`pull url: ${text} is ${protocol}, shown as ${shown}`, () => {
    const url = parsePullUrl(text)
    assert.deepEqual([url.protocol, url.shown], [protocol, shown])
  })
}

for (const [text, facts] of [
  [
    'udp://0.0.0.0:5000',
    { address: '0.0.0.0', isMulticast: false, source: undefined, interface: undefined, programNumber: undefined },
  ],
  [
    'udp://10.0.0.7@232.1.1.1:5000',
    { address: '232.1.1.1', isMulticast: true, source: '10.0.0.7', interface: undefined, programNumber: undefined },
  ],
  [
    'udp://@239.1.1.1:5000?interface=10.0.0.2',
    { address: '239.1.1.1', isMulticast: true, source: undefined, interface: '10.0.0.2', programNumber: undefined },
  ],
  [
    'udp://@239.1.1.1:5000?program=1203&interface=10.0.0.2',
    { address: '239.1.1.1', isMulticast: true, source: undefined, interface: '10.0.0.2', programNumber: 1203 },
  ],
  [
    'udp://[::]:5000',
    { address: '::', isMulticast: false, source: undefined, interface: undefined, programNumber: undefined },
  ],
  [
    'udp://[ff3e::1]:5000',
    { address: 'ff3e::1', isMulticast: true, source: undefined, interface: undefined, programNumber: undefined },
  ],
] as const) {
  test(`pull url: ${text} taken apart`, () => {
    assert.deepEqual(parsePullUrl(text), { ...facts, port: 5000, shown: text, protocol: 'udp-ts' })
  })
}

for (const [text, path, loops] of [
  ['file:///media/a%20b.mp4', '/media/a b.mp4', false],
  ['FILE:///media/clip.ts?loop=true', '/media/clip.ts', true],
  ['file://localhost/clip.ts?loop=false', '/clip.ts', false],
  ['/media/100%.ts?loop=true', '/media/100%.ts', true],
  ['./clips/x.webm', './clips/x.webm', false],
  ['../x.flv', '../x.flv', false],
] as const) {
  test(`pull url: ${text} is the file ${path}`, () => {
    const url = parsePullUrl(text)
    assert.ok(url.protocol === 'file')
    assert.deepEqual([url.path, url.loops], [path, loops])
  })
}

for (const [text, loops] of [
  ['http://host/x.mp4', false],
  ['http://host/x.mov#loop=false', false],
  ['http://host/x.m4v#loop=true', true],
] as const) {
  test(`pull url: ${text} is a file that is played ${loops ? 'again and again' : 'once'}`, () => {
    const url = parsePullUrl(text)
    assert.ok(url.protocol === 'http-file')
    assert.deepEqual([url.loops, url.url.hash], [loops, ''])
  })
}

for (const [text, format] of [
  ['https://host/live/manifest.mpd?a=b', 'DASH'],
  ['http://host/live/x.flv', 'HTTP-FLV'],
] as const) {
  test(`pull url: ${text} is not supported yet`, () => {
    assert.throws(() => parsePullUrl(text), { code: 'ERR_URL', message: new RegExp(`${format} is not supported yet$`) })
  })
}

for (const text of [
  'clip.mp4',
  'https://host/x.mp4#loop',
  'file:',
  'file://host/clip.mp4',
  'file:///media/',
  'file:///media/a%2Fb.mp4',
  'file:///media/a%00b.mp4',
  '/clip.mp4?start=10s',
  '/clip.mp4?loop=yes',
  'http://',
  'udp://host:5000',
  'udp://239.1.1.1',
  'udp://239.1.1.1:70000',
  'udp://300.1.1.1:5000',
  'udp://::1@239.1.1.1:5000',
  'udp://239.1.1.1:5000?interface=eth0',
  'udp://239.1.1.1:5000?pkt_size=1316',
  'udp://239.1.1.1:5000?program=0',
  'udp://239.1.1.1:5000?program=65536',
  'udp://239.1.1.1:5000?program=one',
]) {
  test(`pull url: ${text} is none`, () => {
    assert.throws(() => parsePullUrl(text), { code: 'ERR_URL' })
  })
}

test('pull url: limits of a playlist are read, and not sent', () => {
  const url = parsePullUrl('http://host/x.m3u8?a=b#maxHeight=720&maxBandwidth=3000000')
  assert.ok(url.protocol === 'hls')
  assert.deepEqual([url.url.href, url.limits], ['http://host/x.m3u8?a=b', { maxHeight: 720, maxBandwidth: 3_000_000 }])
})

for (const fragment of ['best', 'maxHeight=x', 'maxBandwidth=0']) {
  test(`pull url: #${fragment} is refused`, () =>
    assert.throws(() => parsePullUrl(`http://host/x.m3u8#${fragment}`), UrlError))
}
