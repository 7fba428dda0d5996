import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { UrlError } from '../../core/errors.ts'
import { parseSrtUrl, type SrtUrl } from './srt-url.ts'

const silent = { mode: 'caller', latency: 120, streamId: '', passphrase: '', port: 9000 } as const

for (const [text, facts] of [
  ['srt://host:9000', { host: 'host', shown: 'srt://host:9000' }],
  ['SRT://10.0.0.1:9000/', { host: '10.0.0.1', shown: 'srt://10.0.0.1:9000' }],
  ['srt://[2001:db8::1]:9000', { host: '2001:db8::1', shown: 'srt://[2001:db8::1]:9000' }],
  [
    'srt://host:9000?streamid=publish:live/test&passphrase=correct-horse&pbkeylen=32&latency=350',
    { host: 'host', streamId: 'publish:live/test', passphrase: 'correct-horse', keyLength: 32, latency: 350 },
  ],
  ['srt://host:9000?streamid=read:a?token=t&latency=80ms', { host: 'host', streamId: 'read:a?token=t', latency: 80 }],
  ['srt://host:9000?streamid=#!::r=a,m=publish&mode=caller', { host: 'host', streamId: '#!::r=a,m=publish' }],
  ['srt://host:9000?streamid=%23!%3A%3Ar%3Da%2Cm%3Dpublish', { host: 'host', streamId: '#!::r=a,m=publish' }],
  ['srt://host:9000?passphrase=a%26b%20c+d%25e%3Df', { host: 'host', passphrase: 'a&b c+d%e=f' }],
  ['srt://host:9000?pbkeylen=0&transtype=live&latency=0', { host: 'host', latency: 0 }],
  ['srt://host:9000?kmrefreshrate=40', { host: 'host', refreshPlan: { period: 40, preAnnouncement: 19 } }],
  [
    'srt://host:9000?kmrefreshrate=100&kmpreannounce=20',
    { host: 'host', refreshPlan: { period: 100, preAnnouncement: 20 } },
  ],
  ['srt://host:9000?lossmaxttl=40&maxbw=2500000', { host: 'host', reorderTolerance: 40, maxBandwidth: 20_000_000 }],
  ['srt://host:9000?maxbw=-1', { host: 'host' }],
  ['srt://:9000', { mode: 'listener', host: '' }],
  ['srt://0.0.0.0:9000?mode=listener', { mode: 'listener', host: '0.0.0.0' }],
  ['srt://host:9000?mode=rendezvous&port=4000', { mode: 'rendezvous', host: 'host', localPort: 4000 }],
  [
    'srt://host:9000?mode=caller&localaddr=10.0.0.2&localport=4000',
    { host: 'host', localAddress: '10.0.0.2', localPort: 4000 },
  ],
  ['srt://host:9000?mode=rendezvous&adapter=::1', { mode: 'rendezvous', host: 'host', localAddress: '::1' }],
] as const satisfies readonly (readonly [string, Partial<SrtUrl>])[]) {
  test(`srt url: ${text}`, () => {
    const { host } = facts
    assert.deepEqual(parseSrtUrl(text), { ...silent, shown: `srt://${host}:9000`, ...facts })
  })
}

for (const [text, rule] of [
  ['rtmp://host/live', 'it must have the form srt://HOST:PORT?PARAMETER=VALUE&…'],
  ['srt://host', 'it must have the form srt://HOST:PORT?PARAMETER=VALUE&…'],
  ['srt://user:password@host:9000', 'it must have the form srt://HOST:PORT?PARAMETER=VALUE&…'],
  ['srt://host:0', 'its port must be 1 to 65535'],
  ['srt://host:70000', 'its port must be 1 to 65535'],
  ['srt://host:9000?mode=server', 'mode must be caller, listener or rendezvous'],
  ['srt://:9000?mode=caller', 'mode=caller must have a host'],
  ['srt://:9000?streamid=x', 'it is the caller who says a streamid, not mode=listener'],
  ['srt://host:9000?adapter=10.0.0.2', 'with an address of ours it must say mode=caller or mode=rendezvous'],
  ['srt://host:9000?adapter=eth0', 'adapter must be an IP address of this machine'],
  ['srt://host:9000?localaddr=300.1.1.1', 'localaddr must be an IP address of this machine'],
  ['srt://host:9000?port=x', 'port must be 1 to 65535'],
  ['srt://host:9000?passphrase=secret', 'passphrase must be 10 to 79 bytes, or ""'],
  ['srt://host:9000?pbkeylen=20', 'pbkeylen must be 0, 16, 24 or 32'],
  ['srt://host:9000?kmrefreshrate=2', 'kmpreannounce must be less than half of kmrefreshrate'],
  ['srt://host:9000?kmrefreshrate=100&kmpreannounce=50', 'kmpreannounce must be less than half of kmrefreshrate'],
  ['srt://host:9000?kmpreannounce=0', 'kmpreannounce must be 1 to 2147483647 packets'],
  ['srt://host:9000?lossmaxttl=1001', 'lossmaxttl must be 0 to 1000 packets'],
  ['srt://host:9000?maxbw=100', 'maxbw must be 12500 bytes per second or more; 0 or -1 for no limit of its own'],
  ['srt://host:9000?transtype=file', 'transtype must be live'],
  ['srt://host:9000?streamid=%zz', 'a "%" in a value is written %25'],
  [`srt://host:9000?streamid=${'x'.repeat(513)}`, 'streamid must be at most 512 bytes'],
  [
    'srt://host:9000?latency=200000',
    'latency must be 0 to 60000 milliseconds, as in libsrt (FFmpeg counts microseconds): 200, 200ms',
  ],
]) {
  test(`srt url: ${text?.slice(0, 60)} is refused in words`, () => {
    assert.throws(() => parseSrtUrl(text ?? ''), { code: 'ERR_URL', message: `Cannot use the URL: ${rule}` })
  })
}

test('srt url: a parameter that is not known may be a part of a secret, and is not repeated', () => {
  const agreed = 'mode, streamid, latency, passphrase, pbkeylen, kmrefreshrate, kmpreannounce, lossmaxttl, maxbw'
  const known = `${agreed}, transtype, adapter, localaddr, port, localport`
  const message = `Cannot use the URL: its parameters must be among ${known}, and "&" in a value is written %26`
  for (const query of ['passphrase=correct-horse&battery', 'minversion=0', '__proto__=x', 'constructor=x']) {
    assert.throws(() => parseSrtUrl(`srt://host:9000?${query}`), { message })
  }
})

test('srt url: any text is one, or is refused', () => {
  const pieces = fc.constantFrom(
    'srt://',
    'host',
    ':',
    '9000',
    '?',
    '&',
    'mode=',
    'listener',
    '%',
    'latency=',
    '1',
    '#',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 12 }), parts => {
      try {
        parseSrtUrl(parts.join(''))
      } catch (error) {
        assert.ok(error instanceof UrlError)
      }
    }),
    { seed: 49, numRuns: 2000 },
  )
})
