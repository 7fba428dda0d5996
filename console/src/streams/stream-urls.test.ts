import assert from 'node:assert/strict'
import { test } from 'vitest'
import { rtmpOrigin, streamUrls, watchPath } from './stream-urls.ts'

const page = { protocol: 'http:', host: 'studio.local:8080', hostname: 'studio.local' }

test('stream urls: the usual RTMP port is left out', () => {
  assert.deepEqual(streamUrls(page, 1935, 'live/test'), {
    rtmp: 'rtmp://studio.local/live/test',
    httpFlv: 'http://studio.local:8080/live/test.flv',
    webSocketFlv: 'ws://studio.local:8080/live/test.flv',
    httpTs: 'http://studio.local:8080/live/test.ts',
  })
})

test('stream urls: another RTMP port is written', () => {
  assert.equal(streamUrls(page, 19350, 'cam/roof/north').rtmp, 'rtmp://studio.local:19350/cam/roof/north')
})

test('stream urls: without a listener there is no RTMP address', () => {
  assert.equal(streamUrls(page, null, 'live/test').rtmp, undefined)
  assert.equal(rtmpOrigin(page, undefined), undefined)
})

test('stream urls: a secure page asks for secure sockets', () => {
  const urls = streamUrls({ protocol: 'https:', host: 'tv.example', hostname: 'tv.example' }, 1935, 'live/test')
  assert.equal(urls.httpFlv, 'https://tv.example/live/test.flv')
  assert.equal(urls.webSocketFlv, 'wss://tv.example/live/test.flv')
})

test('stream urls: an IPv6 host keeps its brackets', () => {
  assert.equal(rtmpOrigin({ protocol: 'http:', host: '[::1]:8080', hostname: '[::1]' }, 1935), 'rtmp://[::1]')
})

test('stream urls: slashes stay, what is no name is made harmless', () => {
  assert.equal(watchPath('cam/roof~720p'), '/watch/cam/roof~720p')
  assert.equal(watchPath('a b/?c'), '/watch/a%20b/%3Fc')
})
