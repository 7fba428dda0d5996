import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readDeclaration } from './stream-declaration.ts'

function problemsOf(input: object): readonly string[] {
  const reading = readDeclaration({ inputs: ['publish:', input] })
  return reading.ok ? [] : reading.problems.map(({ pointer, detail }) => `${pointer} ${detail}`)
}

const credentials = { username: 'user', password: 'secret' }
const tls = { ca: 'ca.pem', verify: false, cert: 'us.pem', key: 'us.key' }
const ours = '10.0.0.2'

for (const input of [
  { url: 'rtmp://host/app/key', ...credentials, interface: ours, connectTimeout: '2s' },
  { url: 'rtmps://host/app/key', username: 'user', tls },
  { url: 'https://host/x.ts', ...credentials, tls, headers: ['a: b'], interface: 'fd00::2' },
  { url: 'https://host/x.m3u8', ...credentials, tls, headers: ['a: b'], interface: ours, connectTimeout: '2s' },
  { url: 'http://host/x.ts', ...credentials, interface: ours, tls: { verify: true } },
  { url: 'srt://host:9000', interface: ours, connectTimeout: '2s' },
  { url: 'udp://@239.1.1.1:5000', interface: ours },
  { url: 's3://bucket/key', ...credentials, connectTimeout: '2s' },
  { url: '/srv/x.mp4', connectTimeout: '0s', tls: {} },
]) {
  test(`input options: ${JSON.stringify(input)} fits`, () => assert.deepEqual(problemsOf(input), []))
}

const wrong: readonly (readonly [input: { readonly url: string; readonly [key: string]: unknown }, ...RegExp[]])[] = [
  [{ url: 'publish:', connectTimeout: '2s' }, /^\/inputs\/1\/connectTimeout Only what we connect to/],
  [{ url: 'copy://other', interface: ours }, /^\/inputs\/1\/interface Only RTMP, SRT, HTTP and groups/],
  [
    { url: '/srv/x.mp4', ...credentials, headers: ['a: b'] },
    /^\/inputs\/1\/headers Only requests over HTTP/,
    /^\/inputs\/1\/username Only RTMP, HTTP and S3/,
    /^\/inputs\/1\/password Only RTMP, HTTP and S3/,
  ],
  [{ url: 'srt://host:9000', ...credentials }, /username .*SRT has a passphrase/, /password .*passphrase/],
  [{ url: 'srt://host:9000', tls }, /^\/inputs\/1\/tls Only rtmps:\/\/ and https:/],
  [{ url: 'rtmp://host/app/key', tls }, /^\/inputs\/1\/tls Only rtmps:\/\/ and https:/],
  [{ url: 'http://host/x.ts', tls: { verify: false } }, /^\/inputs\/1\/tls Only/],
  [{ url: 'https://host/x.ts', tls: { key: 'us.key' } }, /^\/inputs\/1\/tls\/cert A certificate and its key/],
  [{ url: 'rtmps://host/app/key', tls: { cert: 'us.pem' } }, /^\/inputs\/1\/tls\/key A certificate and its key/],
  [{ url: 'https://host/x.ts', password: 'secret' }, /^\/inputs\/1\/password There must be a username/],
  [{ url: 's3://bucket/key', username: 'AK' }, /^\/inputs\/1\/username There must be a password/],
  [{ url: 's3://bucket/key?accessKey=a&secretKey=b', ...credentials }, /username The URL has credentials/],
  [{ url: 'rtmp://me:pw@host/app/key', ...credentials }, /username The URL has credentials/],
  [{ url: 's3://bucket/key', interface: ours }, /^\/inputs\/1\/interface Only/],
  [{ url: 'udp://0.0.0.0:5000', interface: ours }, /^\/inputs\/1\/interface Only/],
  [{ url: 'udp://@239.1.1.1:5000?interface=10.0.0.3', interface: ours }, /interface The URL says it/],
  [{ url: 'udp://@[ff02::1]:5000', interface: ours }, /interface It must be of the same kind as ff02::1$/],
  [{ url: 'srt://:9000', interface: ours }, /interface It is the host of the URL/],
  [{ url: 'srt://host:9000?mode=caller&localaddr=10.0.0.3', interface: ours }, /interface The URL says it/],
  [{ url: 'rtmp://host/app/key', interface: 'eth0' }, /^\/inputs\/1\/interface It must be an IP address/],
]

for (const [input, ...expected] of wrong) {
  test(`input options: ${JSON.stringify(input)} is refused, and said where`, () => {
    const problems = problemsOf(input)
    assert.equal(problems.length, expected.length, problems.join('; '))
    for (const [at, pattern] of expected.entries()) assert.match(problems[at] ?? '', pattern)
    assert.doesNotMatch(problems.join(), /secret(?! key)/)
  })
}
