import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatRtmpUrl, parseRtmpUrl } from '../protocols/rtmp/rtmp-url.ts'
import { parseFileUrl } from './pull/file/file-url.ts'
import { parseUrlTemplate } from './url-template.ts'

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
    const template = parseUrlTemplate(text, parseRtmpUrl)
    assert.equal(formatRtmpUrl(template.urlFor(name)), url)
    assert.equal(template.servesAll, servesAll)
  })
}

test('url template: a name says where in a folder a file is', () => {
  for (const [text, name, path] of [
    ['/media/{name}.mp4?loop=true', 'a/b', '/media/a/b.mp4'],
    ['file:///media/{key}.ts', 'a/x~1', '/media/x~1.ts'],
    ['./{app}/x.ts', 'a', './x.ts'],
  ] as const) {
    assert.equal(parseUrlTemplate(text, parseFileUrl).urlFor(name).path, path)
  }
})

test('url template: what is no URL is said in words that hold nothing of it but its beginning', () => {
  for (const [text, words] of [
    ['', /^Cannot use the URL/],
    ['http://host/{name}', /^Cannot use the URL http:\/\/host\/…: it must have the form rtmp:/],
    ['rtmp://{name}', /^Cannot use the URL: \{name\}, \{app\} and \{key\} must stand behind the host$/],
    ['rtmp://host:70000/{key}', /^Cannot use the URL rtmp:\/\/host:70000\/…: its port is 1 to 65535$/],
  ] as const) {
    assert.throws(() => parseUrlTemplate(text, parseRtmpUrl), { code: 'ERR_URL', message: words })
  }
})
