import assert from 'node:assert/strict'
import { test } from 'vitest'
import { clipUrl, momentUrl, rewindUrl, rtmpOrigin, srtPublishUrl, streamUrls, watchPath } from './stream-urls.ts'

const page = { protocol: 'http:', host: 'studio.local:8080', hostname: 'studio.local' }

test('stream urls: the usual RTMP port is left out', () => {
  assert.deepEqual(streamUrls(page, { rtmp: 1935, rtmps: null, srt: 10080 }, 'live/test'), {
    watch: 'http://studio.local:8080/watch/live/test',
    rtmp: 'rtmp://studio.local/live/test',
    srt: 'srt://studio.local:10080?streamid=read:live/test',
    httpFlv: 'http://studio.local:8080/live/test.flv',
    webSocketFlv: 'ws://studio.local:8080/live/test.flv',
    httpTs: 'http://studio.local:8080/live/test.ts',
    httpMp4: 'http://studio.local:8080/live/test.mp4',
    hls: 'http://studio.local:8080/live/test/index.m3u8',
    dvr: 'http://studio.local:8080/live/test/dvr.m3u8',
    clip: 'http://studio.local:8080/live/test/clip.mp4',
    dash: 'http://studio.local:8080/live/test/index.mpd',
  })
})

test('stream urls: another RTMP port is written', () => {
  assert.equal(
    streamUrls(page, { rtmp: 19350, rtmps: null, srt: null }, 'cam/roof/north').rtmp,
    'rtmp://studio.local:19350/cam/roof/north',
  )
})

test('stream urls: without a listener there is no address', () => {
  const { rtmp, srt } = streamUrls(page, { rtmp: null, rtmps: null, srt: null }, 'live/test')
  assert.deepEqual([rtmp, srt], [undefined, undefined])
  assert.equal(streamUrls(page, undefined, 'live/test').srt, undefined)
  assert.equal(rtmpOrigin(page, undefined), undefined)
})

test('stream urls: where SRT encoders publish', () => {
  assert.equal(srtPublishUrl(page, 10080, 'live/test'), 'srt://studio.local:10080?streamid=publish:live/test')
  assert.equal(srtPublishUrl(page, null, 'live/test'), undefined)
})

test('stream urls: a secure page asks for secure sockets', () => {
  const urls = streamUrls({ protocol: 'https:', host: 'tv.example', hostname: 'tv.example' }, undefined, 'live/test')
  assert.equal(urls.httpFlv, 'https://tv.example/live/test.flv')
  assert.equal(urls.webSocketFlv, 'wss://tv.example/live/test.flv')
})

test('stream urls: encoders are asked to encrypt where the page is encrypted, or where they have to', () => {
  const secure = { ...page, protocol: 'https:' }
  assert.equal(rtmpOrigin(secure, { rtmp: 1935, rtmps: 1936 }), 'rtmps://studio.local:1936')
  assert.equal(rtmpOrigin(page, { rtmp: 1935, rtmps: 1936 }), 'rtmp://studio.local')
  assert.equal(rtmpOrigin(page, { rtmp: null, rtmps: 443 }), 'rtmps://studio.local:443')
  assert.equal(rtmpOrigin(secure, { rtmp: 1935, rtmps: null }), 'rtmp://studio.local')
})

test('stream urls: an IPv6 host keeps its brackets', () => {
  assert.equal(
    rtmpOrigin({ protocol: 'http:', host: '[::1]:8080', hostname: '[::1]' }, { rtmp: 1935, rtmps: null }),
    'rtmp://[::1]',
  )
})

test('stream urls: slashes stay, what is no name is made harmless', () => {
  assert.equal(watchPath('cam/roof~720p'), '/watch/cam/roof~720p')
  assert.equal(watchPath('a b/?c'), '/watch/a%20b/%3Fc')
})

test('stream urls: a page may begin in the past', () => {
  assert.equal(watchPath('cam/roof', '2026-11-21T09:30:00.000Z'), '/watch/cam/roof?from=2026-11-21T09:30:00.000Z')
})

test('stream urls: a moment is the address of a page that begins there', () => {
  const url = momentUrl(streamUrls(page, undefined, 'cam/roof'), Date.parse('2026-11-21T09:30:00.250Z'))
  assert.equal(url, 'http://studio.local:8080/watch/cam/roof?from=2026-11-21T09:30:00.250Z')
})

test('stream urls: the past is asked for by its time, in lists of three hours', () => {
  const url = rewindUrl(streamUrls(page, undefined, 'cam/roof'), Date.parse('2026-11-21T09:30:00Z'))
  assert.equal(url, 'http://studio.local:8080/cam/roof/dvr.m3u8?from=2026-11-21T09:30:00.000Z&duration=10800')
})

test('stream urls: a clip is asked for by its time and its length', () => {
  const from = Date.parse('2026-11-21T09:30:00Z')
  const url = clipUrl(streamUrls(page, undefined, 'cam/roof'), { from, to: from + 12_500 })
  assert.equal(url, 'http://studio.local:8080/cam/roof/clip.mp4?from=2026-11-21T09:30:00.000Z&duration=12.5')
})
