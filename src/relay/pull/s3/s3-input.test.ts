import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import { PullFixture } from '../../../../test/support/pull-fixture.ts'
import { S3Server, s3Bucket, s3Keys } from '../../../../test/support/s3-server.ts'
import { readTsFixture } from '../../../../test/support/ts-fixture.ts'
import { S3Input } from './s3-input.ts'

let bucket: S3Server
beforeEach(async () => {
  bucket = await S3Server.listen()
})
afterEach(() => bucket[Symbol.asyncDispose]())

/** A stream `x` that comes from an object. */
class ObjectFixture extends PullFixture {
  constructor(
    key: string,
    query = '',
    { accessKey, secretKey }: Partial<typeof s3Keys> | Record<string, string> = s3Keys,
  ) {
    const keys = `accessKey=${accessKey}&secretKey=${secretKey}`
    super({
      url: `s3://${s3Bucket}/${key}?endpoint=${bucket.endpoint.href}&${keys}${query}`,
      onDemand: true,
      createInput: (pullUrl, context) => {
        assert.ok(pullUrl.protocol === 's3')
        return new S3Input(pullUrl, { ...context, connectTimeout: 5000 })
      },
    })
    this.relay.open(['x'])
  }
}

test('pull of an object: it is played at its pace to its end', async () => {
  const bytes = readTsFixture('h264-aac')
  await bucket.put('films/one clip.ts', bytes)
  const fixture = new ObjectFixture('films/one%20clip.ts')
  const began = fixture.clock.now()
  await fixture.until(() => fixture.state === 'ended')
  assert.equal(fixture.frames.length, 70)
  const times = fixture.frames.map(({ dts }) => dts / 90)
  const span = Math.max(...times) - Math.min(...times)
  assert.ok(fixture.clock.now() - began >= span - 20, `${fixture.clock.now() - began} of ${span} ms`)
  const status = fixture.relay.list()[0]
  assert.equal(status?.bytes, bytes.length)
  assert.match(status?.url ?? '', /^s3:\/\/archive\/films\/one%20clip\.ts\?endpoint=http:[^&]*&…$/)
  assert.equal(status?.failures, 0)
  await fixture.relay.close()
})

test('pull of an object: it goes on again and again, and as it is now when it was replaced', async () => {
  await bucket.put('clip.ts', readTsFixture('h264-aac'))
  const fixture = new ObjectFixture('clip.ts', '&loop=true')
  await fixture.until(() => fixture.frames.length > 80)
  await bucket.put('clip.ts', readTsFixture('h265'))
  await fixture.until(() => fixture.frames.at(-1)?.track.codec === 'h265')
  const codecs = new Set(fixture.frames.slice(0, 140).map(({ track }) => track.codec))
  assert.deepEqual([...codecs].sort(), ['aac', 'h264'])
  await fixture.relay.close()
  assert.equal(fixture.clock.pendingCount, 0)
})

for (const [what, key, bytes, keys, says] of [
  [
    'that is not there',
    'none.ts',
    undefined,
    s3Keys,
    /^Cannot use 127\.0\.0\.1:\d+\/archive: there is no such object$/,
  ],
  [
    'whose keys are wrong',
    'clip.ts',
    readTsFixture('h264-aac'),
    { accessKey: 'hush-hush', secretKey: 'hush-hush' },
    /\/archive: the access key is unknown there$/,
  ],
  ['of another kind', 'text.txt', Buffer.from('not a film'), s3Keys, /^Cannot read text\.txt: it must be FLV/],
] as const) {
  test(`pull of an object: one ${what} is told, and tried again`, async () => {
    if (bytes !== undefined) await bucket.put(key, bytes)
    const fixture = new ObjectFixture(key, '', keys)
    await fixture.untilFailed(2)
    assert.match(fixture.lastError, says)
    assert.ok(!fixture.lastError.includes('hush'))
    await fixture.relay.close()
    assert.equal(fixture.clock.pendingCount, 0)
  })
}

test('pull of an object: a server that is away is tried again until it is back', async () => {
  await bucket.put('clip.ts', readTsFixture('h264-aac'))
  bucket.isDown = true
  const fixture = new ObjectFixture('clip.ts')
  await fixture.untilFailed(2)
  assert.match(fixture.lastError, /^Cannot use 127\.0\.0\.1:\d+\/archive: /)
  bucket.isDown = false
  await fixture.until(() => fixture.state === 'ended')
  assert.equal(fixture.frames.length, 70)
  await fixture.relay.close()
})
