import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'vitest'
import { AccessBackend } from '../../test/support/access-backend.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { publishStarted, stamped } from '../../test/support/hook-events.ts'
import { DeliveryError } from './delivery-error.ts'
import { formatEvent } from './event-json.ts'
import { HttpPoster, parseRetryAfter } from './http-poster.ts'
import { formatSignature } from './signature.ts'
import { SrsTarget } from './srs-target.ts'
import { type WebhookOptions, WebhookTarget } from './webhook-target.ts'

const event = stamped(publishStarted('live/ü', 'rtmp-1', 'x=1'))
const never = new AbortController().signal

function webhook(url: string, options: Partial<WebhookOptions> = {}): WebhookTarget {
  const poster = new HttpPoster(new URL(url), 1, new FakeClock())
  return new WebhookTarget({ poster, secret: '', format: 'sluice', batch: 1, clock: new FakeClock(), ...options })
}

test('webhook: the signature is what OpenSSL computes from the time and the body', () => {
  const body = formatEvent(event)
  const [, time = '', signature] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(formatSignature('s3cret', 1_767_225_600_999, body)) ?? []
  assert.equal(time, '1767225600')
  const digest = execFileSync('openssl', ['dgst', '-sha256', '-hmac', 's3cret', '-r'], { input: `${time}.${body}` })
  assert.equal(digest.toString().split(' ')[0], signature)
})

test('webhook: an event is posted as JSON, named and signed', async () => {
  await using backend = await AccessBackend.start()
  const seen: IncomingHttpHeaders[] = []
  backend.answer = (response, request) => {
    seen.push(request.headers)
    response.writeHead(204).end()
  }
  const target = webhook(backend.url('/hook/SECRETPATH?key=SECRET'), { secret: 's3cret' })
  await target.deliver([event], never)
  assert.deepEqual(backend.bodies, [JSON.parse(formatEvent(event))])
  const [headers = {}] = seen
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(headers['sluice-event'], 'publish.started')
  assert.equal(headers['sluice-event-id'], event.id)
  assert.equal(headers['sluice-signature'], formatSignature('s3cret', Date.UTC(2026, 0, 1), formatEvent(event)))
  assert.doesNotMatch(target.shown, /SECRET/)

  await webhook(backend.url(), { format: 'go-rtmp' }).deliver([event], never)
  assert.equal(backend.bodies[1]?.['type'], 'publish_start')
  assert.equal(seen[1]?.['sluice-signature'], undefined)
  target.close()
})

test('webhook: a redirect is not followed, and not tried again; a fault and a busy receiver are', async () => {
  await using backend = await AccessBackend.start()
  let status = 307
  backend.answer = (response, request) => {
    assert.equal(request.url, '/hook')
    response.writeHead(status, { location: '/elsewhere' }).end('ignored')
  }
  for (const [answer, isFinal] of [
    [307, true],
    [404, true],
    [410, true],
    [429, false],
    [500, false],
    [503, false],
  ] as const) {
    status = answer
    await assert.rejects(webhook(backend.url('/hook')).deliver([event], never), (error: unknown) => {
      assert(error instanceof DeliveryError)
      assert.equal(error.message, `the answer has status ${answer}`)
      assert.equal(error.isFinal, isFinal)
      assert.equal(error.status, answer)
      return true
    })
  }
})

test('webhook: a receiver that is not there, or answers without end, is a failure that shows no URL', async () => {
  const backend = await AccessBackend.start()
  const url = backend.url('/SECRET')
  backend.answer = response => {
    response.writeHead(200)
    const pour = (): void => {
      while (response.write('x'.repeat(10_000)));
      response.once('drain', pour)
    }
    pour()
  }
  const fails = (): Promise<void> =>
    assert.rejects(webhook(url).deliver([event], never), ({ message, isFinal }: DeliveryError) => {
      assert.match(message, /^no answer came: /)
      assert.doesNotMatch(message, /SECRET/)
      return !isFinal
    })
  await fails()
  await backend[Symbol.asyncDispose]()
  await fails()
})

test('SRS hook: a backend is told in the words of SRS, and its answer is looked at', async () => {
  await using backend = await AccessBackend.start()
  let text = '0'
  backend.answer = response => void response.end(text)
  const target = new SrsTarget(new HttpPoster(new URL(backend.url()), 1, new FakeClock()))
  await target.deliver([event], never)
  const { server_id = '', service_id, stream_id = '', ...body } = backend.bodies[0] ?? {}
  assert.match(server_id, /^vid-/)
  assert.equal(service_id, server_id)
  assert.match(stream_id, /^vid-/)
  assert.deepEqual(body, {
    ...{ action: 'on_publish', client_id: 'rtmp-1', ip: '192.0.2.1', vhost: '__defaultVhost__' },
    ...{ app: 'live', tcUrl: 'rtmp://host/live', stream: 'ü', param: '?x=1', stream_url: '/live/ü' },
  })
  text = '{"code":0}'
  await target.deliver([event], never)
  for (const no of ['{"code":1}', '', 'ok']) {
    text = no
    await assert.rejects(target.deliver([event], never), DeliveryError)
  }
  assert.equal(target.accepts({ type: 'stream.created', stream: 'a' }), false)
  target.close()
})

test('webhook: a batch is one request with a list, in order, and one signature', async () => {
  await using backend = await AccessBackend.start()
  const seen: IncomingHttpHeaders[] = []
  backend.answer = (response, request) => {
    seen.push(request.headers)
    response.end()
  }
  const target = webhook(backend.url(), { batch: 10, secret: 's3cret' })
  const other = stamped(publishStarted('live/b'))
  await target.deliver([event, other], never)
  await target.deliver([event], never)
  assert.deepEqual(backend.bodies, [
    [JSON.parse(formatEvent(event)), JSON.parse(formatEvent(other))],
    [JSON.parse(formatEvent(event))],
  ])
  const body = `[${formatEvent(event)},${formatEvent(other)}]`
  assert.equal(seen[0]?.['sluice-signature'], formatSignature('s3cret', Date.UTC(2026, 0, 1), body))
  assert.equal(seen[0]?.['sluice-batch'], '2')
  target.close()
})

test('webhook: how long a busy receiver wants to be left alone is told', async () => {
  await using backend = await AccessBackend.start()
  backend.answer = response => void response.writeHead(503, { 'retry-after': '120' }).end()
  await assert.rejects(webhook(backend.url()).deliver([event], never), { retryAfter: 120_000 })
})

test('webhook: Retry-After is seconds or a date, and nothing else', () => {
  const wall = Date.UTC(2026, 0, 1)
  assert.equal(parseRetryAfter('120', wall), 120_000)
  assert.equal(parseRetryAfter('Thu, 01 Jan 2026 00:00:30 GMT', wall), 30_000)
  assert.equal(parseRetryAfter('Thu, 01 Jan 2020 00:00:30 GMT', wall), 0)
  assert.equal(parseRetryAfter('soon', wall), undefined)
})
