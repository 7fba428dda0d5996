import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatRtmpUrl } from '../protocols/rtmp/rtmp-url.ts'
import { parseRtmpTemplate } from './url-template.ts'

const templates: readonly (readonly [text: string, name: string, url: string, servesAll: boolean])[] = [
  ['rtmp://host/live/secret', 'a/b', 'rtmp://host/live/secret', false],
  ['rtmp://host/{name}', 'a/b/c', 'rtmp://host/a/b/c', true],
  ['rtmp://host/{name}', 'demo', 'rtmp://host/demo', true],
  ['rtmp://host/x/{key}?token=t', 'a/b', 'rtmp://host/x/b?token=t', true],
  ['rtmps://host/{app}/{key}', 'a/b/c', 'rtmps://host/a/b/c', true],
  ['rtmp://host/{app}/{key}', 'demo', 'rtmp://host/demo', true],
]

for (const [text, name, url, servesAll] of templates) {
  test(`url template: ${text} for ${name} is ${url}`, () => {
    const template = parseRtmpTemplate(text)
    assert.equal(template && formatRtmpUrl(template.urlFor(name)), url)
    assert.equal(template?.servesAll, servesAll)
  })
}

test('url template: what is no RTMP URL is none', () => {
  for (const text of ['', 'host/live', 'http://host/{name}', 'rtmp://{name}', 'srt://host:1/x']) {
    assert.equal(parseRtmpTemplate(text), undefined, text)
  }
})
