import assert from 'node:assert/strict'
import { test } from 'vitest'
import { UrlError } from '../../core/errors.ts'
import { formatRtmpUrl, parseRtmpUrl, reconnectUrl } from './rtmp-url.ts'

/** Host, port, app, key and tcUrl, worked out by hand from RTMP 1.0 §7.2.1.1 and FFmpeg's and OBS's ways to split. */
const urls: readonly (readonly [url: string, host: string, port: number, app: string, key: string, tcUrl: string])[] = [
  ['rtmp://host/live/test', 'host', 1935, 'live', 'test', 'rtmp://host/live'],
  ['rtmp://host:1936/live/test', 'host', 1936, 'live', 'test', 'rtmp://host:1936/live'],
  ['RTMPS://host/live/test', 'host', 443, 'live', 'test', 'rtmps://host/live'],
  ['rtmps://host:443/live/test', 'host', 443, 'live', 'test', 'rtmps://host/live'],
  ['rtmp://[2001:db8::1]:1935/live/test', '2001:db8::1', 1935, 'live', 'test', 'rtmp://[2001:db8::1]/live'],
  ['rtmp://host/a/b/c', 'host', 1935, 'a/b', 'c', 'rtmp://host/a/b'],
  ['rtmp://host/app/_definst_/x/y', 'host', 1935, 'app/_definst_', 'x/y', 'rtmp://host/app/_definst_'],
  ['rtmp://host/live/test?pass=a/b', 'host', 1935, 'live', 'test?pass=a/b', 'rtmp://host/live'],
  ['rtmp://host/live?vhost=v/test', 'host', 1935, 'live?vhost=v', 'test', 'rtmp://host/live?vhost=v'],
  ['rtmp://host/live?a=1/test?b=2', 'host', 1935, 'live?a=1', 'test?b=2', 'rtmp://host/live?a=1'],
  ['rtmp://host/demo', 'host', 1935, 'demo', '', 'rtmp://host/demo'],
  ['rtmp://host/demo?token=t', 'host', 1935, 'demo?token=t', '', 'rtmp://host/demo?token=t'],
  ['rtmp://u:p%40@host/live/test', 'host', 1935, 'live', 'test?user=u&pass=p%40', 'rtmp://host/live'],
  ['rtmp://u@host/live/test?x=1', 'host', 1935, 'live', 'test?x=1&user=u', 'rtmp://host/live'],
]

for (const [url, host, port, app, key, tcUrl] of urls) {
  test(`url: ${url} is taken apart`, () => {
    const parsed = parseRtmpUrl(url)
    assert.deepEqual(
      { host: parsed.host, port: parsed.port, app: parsed.app, key: parsed.key, tcUrl: parsed.tcUrl },
      { host, port, app, key, tcUrl },
    )
    assert.deepEqual(parseRtmpUrl(formatRtmpUrl(parsed)), parsed)
  })
}

for (const url of ['', 'live/test', 'http://host/live/test', 'rtmp://host', 'rtmp://host/', 'rtmp:///live/test']) {
  test(`url: "${url}" is none`, () => assert.throws(() => parseRtmpUrl(url), UrlError))
}

test('url: a port beyond the last one is refused', () => {
  assert.throws(() => parseRtmpUrl('rtmp://host:70000/live/test'), /its port is 1 to 65535/)
})

test('url: what is shown has neither key nor query nor credentials', () => {
  for (const url of ['rtmp://me:SECRET@host/live/SECRET?x=SECRET', 'rtmp://host/live?token=SECRET/SECRET']) {
    assert.equal(parseRtmpUrl(url).shown, 'rtmp://host/live/…')
  }
  for (const url of ['rtmp://me:SECRET@ho st/SECRET', 'rtmp://me:SECRET@host:99999/live/SECRET', 'SECRET']) {
    assert.throws(
      () => parseRtmpUrl(url),
      (error: Error) => !error.message.includes('SECRET'),
    )
  }
})

/** Examples of Enhanced RTMP v2, table of the Reconnect Request's Info Object. */
const reconnects: readonly (readonly [tcUrl: string | undefined, host: string, tcUrl: string])[] = [
  [undefined, 'host', 'rtmp://host:1940/live'],
  ['rtmp://foo.mydomain.com:1935/realtimeapp', 'foo.mydomain.com', 'rtmp://foo.mydomain.com/realtimeapp'],
  ['rtmp://127.0.0.1/realtimeapp', '127.0.0.1', 'rtmp://127.0.0.1/realtimeapp'],
  ['//192.0.2.0/realtimeapp', '192.0.2.0', 'rtmp://192.0.2.0/realtimeapp'],
  ['/realtimeapp', 'host', 'rtmp://host:1940/realtimeapp'],
]

for (const [asked, host, tcUrl] of reconnects) {
  test(`url: asked to reconnect to ${asked ?? 'nowhere in particular'}, the key stays`, () => {
    const next = reconnectUrl(parseRtmpUrl('rtmp://host:1940/live/key?token=t'), asked)
    assert.deepEqual([next.host, next.tcUrl, next.key], [host, tcUrl, 'key?token=t'])
  })
}

test('url: a server cannot lead a connection out of TLS, or elsewhere than to RTMP', () => {
  const current = parseRtmpUrl('rtmps://host/live/key')
  assert.throws(() => reconnectUrl(current, 'rtmp://other/live'), UrlError)
  assert.throws(() => reconnectUrl(current, 'http://other/live'), UrlError)
})
