import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { question } from '../../test/support/access-question.ts'
import { callbackForms } from './callback-form.ts'

const { sluice, srs, mediamtx } = callbackForms
const asked = question({ stream: 'cam/roof/north', query: 'token=t&vhost=v', credentials: { token: 't' } })

test('callback form sluice: everything by its own name', () => {
  assert.deepEqual(sluice.body(asked), {
    action: 'play',
    stream: 'cam/roof/north',
    protocol: 'rtmp',
    connection: 'rtmp-1',
    address: '192.0.2.1',
    port: '5000',
    userAgent: 'test',
    token: 't',
    user: '',
    password: '',
    query: 'token=t&vhost=v',
    url: 'rtmp://host/live',
  })
})

test('callback form mediamtx: as its documentation says', () => {
  assert.deepEqual(mediamtx.body(asked), {
    user: '',
    password: '',
    token: 't',
    ip: '192.0.2.1',
    action: 'read',
    path: 'cam/roof/north',
    protocol: 'rtmp',
    id: 'rtmp-1',
    query: 'token=t&vhost=v',
    userAgent: 'test',
  })
})

test('callback form go-rtmp: its fields, for publish and play alone', () => {
  const body = callbackForms['go-rtmp'].body(asked)
  assert.deepEqual(body, {
    action: 'play',
    app: 'cam/roof',
    stream_name: 'north',
    stream_key: 'cam/roof/north',
    token: 't',
    remote_addr: '192.0.2.1:5000',
  })
  const ipv6 = callbackForms['go-rtmp'].body({ ...asked, address: '2001:db8::1', credentials: {} })
  assert.equal(ipv6?.['remote_addr'], '[2001:db8::1]:5000')
  assert.equal(ipv6?.['token'], '')
  assert.equal(callbackForms['go-rtmp'].body(question({ action: 'api' })), undefined)
})

test('callback form srs: on_play and on_publish as its documentation says', () => {
  const { server_id = '', service_id, stream_id = '', ...play } = srs.body(asked) ?? assert.fail()
  assert.match(server_id, /^vid-[0-9a-f]{7}$/)
  assert.equal(service_id, server_id)
  assert.match(stream_id, /^vid-[0-9a-f]{7}$/)
  const common = { client_id: 'rtmp-1', ip: '192.0.2.1' }
  assert.deepEqual(play, {
    ...common,
    action: 'on_play',
    vhost: 'v',
    app: 'cam/roof',
    tcUrl: 'rtmp://host/live',
    stream: 'north',
    param: '?token=t&vhost=v',
    stream_url: '/cam/roof/north',
    pageUrl: '',
  })
  const { app, stream, vhost, action, param, pageUrl } = srs.body(question({ action: 'publish', stream: 'one' })) ?? {}
  assert.deepEqual(
    [action, vhost, app, stream, param, pageUrl],
    ['on_publish', '__defaultVhost__', '__defaultApp__', 'one', '', undefined],
  )
  assert.equal(srs.body(question({ action: 'api', stream: '' })), undefined)
})

for (const { form, status, text, verdict } of [
  { form: sluice, status: 200, text: '', verdict: true },
  { form: sluice, status: 204, text: '', verdict: true },
  { form: mediamtx, status: 200, text: 'whatever', verdict: true },
  { form: sluice, status: 401, text: '', verdict: false },
  { form: mediamtx, status: 403, text: '', verdict: false },
  { form: sluice, status: 302, text: '', verdict: undefined },
  { form: sluice, status: 500, text: '', verdict: undefined },
  { form: sluice, status: 0, text: '', verdict: undefined },
  { form: srs, status: 200, text: '0', verdict: true },
  { form: srs, status: 201, text: ' {"code": 0, "data": {}} ', verdict: true },
  { form: srs, status: 200, text: '1', verdict: false },
  { form: srs, status: 200, text: '{"code": 403}', verdict: false },
  { form: srs, status: 403, text: '0', verdict: false },
  { form: srs, status: 204, text: '0', verdict: undefined },
  { form: srs, status: 200, text: '', verdict: undefined },
  { form: srs, status: 200, text: 'ok', verdict: undefined },
  { form: srs, status: 200, text: '"0"', verdict: undefined },
  { form: srs, status: 200, text: '{"code":"0"}', verdict: undefined },
  { form: srs, status: 200, text: '{}', verdict: undefined },
  { form: srs, status: 200, text: '[0]', verdict: undefined },
  { form: srs, status: 200, text: 'null', verdict: undefined },
  { form: srs, status: 200, text: '0 0', verdict: undefined },
  { form: srs, status: 500, text: '0', verdict: undefined },
]) {
  const name = form === srs ? 'srs' : 'by status'
  test(`callback form ${name}: ${status} ${JSON.stringify(text)} is ${String(verdict)}`, () => {
    assert.equal(form.isAllowed({ status, text }), verdict)
  })
}

test('callback form srs: no text is a fault, and only 0 is yes', () => {
  const text = fc.oneof(fc.string(), fc.json())
  fc.assert(
    fc.property(
      text,
      body => srs.isAllowed({ status: 200, text: body }) !== true || /^\s*(-?0(\.0+)?(e.*)?\s*$|\{)/i.test(body),
    ),
    { seed: 20_261_121 },
  )
})
