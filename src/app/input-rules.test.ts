import assert from 'node:assert/strict'
import { test } from 'vitest'
import { copyProblems, namingProblems } from './copied-streams.ts'
import { readDeclaration, type StreamDeclaration } from './stream-declaration.ts'

function problemsOf(document: object): readonly string[] {
  const reading = readDeclaration(document)
  return reading.ok ? [] : reading.problems.map(({ pointer, detail }) => `${pointer} ${detail}`)
}

function declared(...inputs: readonly unknown[]): StreamDeclaration {
  const reading = readDeclaration({ inputs })
  assert.ok(reading.ok)
  return reading.value
}

test('inputs: a text stands for an input with that URL, and what is left out has its default', () => {
  const { inputs } = declared('rtmp://host/app/key', { url: 'publish:', timeout: '2s', reconnect: { min: '200ms' } })
  const [first, second] = inputs
  assert.deepEqual([first?.url.text, first?.timeout, first?.standby], ['rtmp://host/app/key', 5000, 'hot'])
  assert.deepEqual([second?.timeout, second?.reconnect.min, second?.reconnect.max], [2000, 200, 30_000])
})

const wrong: readonly (readonly [what: string, document: object, problems: readonly RegExp[]])[] = [
  ...['rtsp://camera/1', 'rtsps://camera/1', 'whep://host/x', 'webrtc://host/x', 'rist://host:5000', 'ndi://x'].map(
    (url): (typeof wrong)[number] => {
      const [scheme = ''] = url.split(':')
      return [scheme, { inputs: ['publish:', url] }, [new RegExp(`^/inputs/1/url .*${scheme} is not supported yet$`)]]
    },
  ),
  ...['gopher://host', 'javascript:alert(1)', 'data:video/mp4;base64,AAAA', 'clip.mp4', 'C:\\film.mp4'].map(
    (url): (typeof wrong)[number] => [
      url,
      { inputs: [{ url }] },
      [/^\/inputs\/0\/url Cannot pull from this URL: it begins/],
    ],
  ),
  ['an object without a bucket', { inputs: ['s3:///key'] }, [/^\/inputs\/0\/url .*s3:\/\/BUCKET\/KEY/]],
  ['a copy of what is no name', { inputs: ['copy://../etc'] }, [/copy:\/\/STREAM/]],
  ['no URL', { inputs: [{ title: 'x' }] }, [/^\/inputs\/0\/url It is missing/]],
  [
    'two of one priority',
    {
      inputs: [
        { url: 'publish:', priority: 2 },
        { url: 'publish:', priority: 1 },
        { url: 'publish:', priority: 2 },
      ],
    },
    [/^\/inputs\/2\/priority It must be another than that of input 0, is 2 as well/],
  ],
  [
    'some with a priority',
    { inputs: ['publish:', { url: 'publish:', priority: 1 }] },
    [/^\/inputs\/0\/priority It is missing/],
  ],
  [
    'waits that do not fit',
    { inputs: [{ url: 'publish:', reconnect: { min: '2s', max: '1s' } }] },
    [/^\/inputs\/0\/reconnect\/min /],
  ],
  [
    'headers without HTTP, and headers that are none',
    {
      inputs: [
        { url: 'publish:', headers: ['a: b'] },
        { url: 'http://host/a.ts', headers: ['a: b\r\nc: d'] },
      ],
    },
    [/^\/inputs\/0\/headers Only requests over HTTP/, /^\/inputs\/1\/headers .*NAME: VALUE/],
  ],
]

for (const [what, document, expected] of wrong) {
  test(`inputs: ${what} is refused, and said where`, () => {
    const problems = problemsOf(document)
    assert.equal(problems.length, expected.length, problems.join('; '))
    for (const [at, pattern] of expected.entries()) assert.match(problems[at] ?? '', pattern)
  })
}

test('inputs: a stream that would be a copy of itself, by way of others too, is refused', () => {
  const a = declared('rtmp://host/a', 'copy://b')
  const b = declared('copy://c')
  assert.deepEqual(copyProblems('a', a, new Map([['b', b]])), [])
  const c = declared('publish:', 'copy://a')
  const others = new Map([
    ['a', a],
    ['b', b],
  ])
  assert.deepEqual(copyProblems('c', c, others), [
    { pointer: '/inputs/1/url', detail: 'A stream cannot be a copy of itself: c copies a copies b copies c' },
  ])
  const self = declared('copy://x/{key}')
  assert.equal(copyProblems('x/d', self, new Map()).length, 1)
  const ring = new Map([
    ['x', declared('copy://y')],
    ['y', declared('copy://x')],
  ])
  assert.deepEqual(copyProblems('z', declared('copy://x'), ring), [])
})

test('inputs: however many streams there are, only those that are copied are looked at', () => {
  class Counted extends Map<string, ReturnType<typeof declared>> {
    looks = 0
    override get(name: string) {
      this.looks++
      return super.get(name)
    }
    override [Symbol.iterator](): never {
      throw new RangeError('Cannot look at all of them: each change does this for each stream')
    }
  }
  const others = new Counted()
  for (let at = 0; at < 1000; at++) others.set(`live/${at}`, declared('publish:'))
  assert.deepEqual(copyProblems('a', declared('copy://live/5', 'rtmp://host/a/b'), others), [])
  assert.equal(others.looks, 1)
})

test('inputs: a long way of copies is gone to its end', () => {
  const last = 5000
  const others = new Map(Array.from({ length: last }, (_, at) => [`${at}`, declared(`copy://${at + 1}`)]))
  const [problem] = copyProblems(`${last}`, declared('copy://0'), others)
  assert.match(problem?.detail ?? '', /: 5000 copies 0 copies 1 copies .* copies 4999 copies 5000$/)
})

test('inputs: a URL that encoders publish to waits for them, and must have the name of the stream', () => {
  const texts = [
    'srt://0.0.0.0:10080?streamid=publish:live/demo',
    'srt://[::]:10080?latency=200&streamid=publish:live/demo',
    'rtmp://0.0.0.0/live/demo',
    'rtmps://0.0.0.0:1936/live/{key}',
  ]
  const { inputs } = declared(...texts)
  for (const { url } of inputs) assert.equal(url.urlFor('live/demo').protocol, 'publish')
  assert.deepEqual(namingProblems('live/demo', { inputs }, new Map()), [])
  const [problem] = namingProblems('live/other', { inputs }, new Map())
  assert.deepEqual(problem, {
    pointer: '/inputs/0/url',
    detail: 'What is published there is another stream: it must be live/other, is live/demo',
  })
  const [pulled] = declared('srt://10.0.0.1:10080?streamid=publish:live/demo').inputs
  assert.equal(pulled?.url.urlFor('live/demo').protocol, 'srt')
})
