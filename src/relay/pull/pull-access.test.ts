import assert from 'node:assert/strict'
import { test } from 'vitest'
import { withAccess } from './pull-access.ts'
import { type PullUrl, parsePullUrl } from './pull-url.ts'

const access = { username: 'me@home', password: 'a/b+c%', localAddress: '10.0.0.2' }

function changed(text: string): Partial<Record<string, unknown>> {
  const [before, after] = [parsePullUrl(text), withAccess(parsePullUrl(text), access)]
  assert.equal(after.shown, before.shown)
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => {
      return JSON.stringify(value) !== JSON.stringify(before[name as keyof PullUrl])
    }),
  )
}

test('pull access: RTMP is told it with the key', () => {
  assert.deepEqual(changed('rtmp://host/app/key'), { key: 'key?user=me%40home&pass=a%2Fb%2Bc%25' })
  assert.deepEqual(changed('rtmp://host/app/key?a=b'), { key: 'key?a=b&user=me%40home&pass=a%2Fb%2Bc%25' })
})

for (const text of ['https://host/x.ts?token=t', 'https://host/x.m3u8']) {
  test(`pull access: ${text} has it where Basic authentication has it`, () => {
    const { url, ...others } = changed(text)
    assert.deepEqual(others, {})
    assert.equal(String(url), text.replace('host', 'me%40home:a%2Fb%2Bc%25@host'))
  })
}

test('pull access: of S3 it is the keys', () => {
  assert.deepEqual(changed('s3://bucket/key'), { accessKey: 'me@home', secretKey: 'a/b+c%' })
})

test('pull access: what sends datagrams is told the address of ours', () => {
  assert.deepEqual(changed('srt://host:9000'), { localAddress: '10.0.0.2' })
  assert.deepEqual(changed('udp://@239.1.1.1:5000'), { interface: '10.0.0.2' })
})

test('pull access: nothing changes where nothing is said', () => {
  const none = { username: '', password: '', localAddress: undefined }
  for (const text of ['rtmp://a:b@host/app/key', 'http://host/x.ts', 'srt://host:9000', 's3://bucket/key', '/x.mp4']) {
    assert.deepEqual(withAccess(parsePullUrl(text), none), parsePullUrl(text))
  }
})
