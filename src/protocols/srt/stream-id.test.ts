import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { parseStreamId, type StreamRequest } from './stream-id.ts'

const plain: StreamRequest = { mode: undefined, name: 'live/test', credentials: {}, query: '' }
const publish: StreamRequest = { ...plain, mode: 'publish' }
const read: StreamRequest = { ...plain, mode: 'read' }

const forms: Readonly<Record<string, StreamRequest>> = {
  'live/test': plain,
  '/live/test': plain,
  'live/test?token=x': { ...plain, query: 'token=x' },
  'publish:live/test': publish,
  'publish:/live/test': publish,
  'read:live/test': read,
  'request:live/test': read,
  'play:live/test': read,
  'publish:live/test:eva:secret': { ...publish, credentials: { user: 'eva', password: 'secret' } },
  'read:live/test?user=eva&pass=secret': { ...read, query: 'user=eva&pass=secret' },
  '#!::r=live/test,m=publish': publish,
  '#!::m=publish,r=/live/test': publish,
  '#!::r=live/test': read,
  '#!::r=live/test,m=request,h=example.com,t=stream': read,
  '#!::u=eva,s=secret,r=live/test,m=publish': { ...publish, credentials: { user: 'eva', password: 'secret' } },
  '#!::r=live/test,s=secret,m=publish': { ...publish, credentials: { token: 'secret' } },
  '#!::r=live/test?token=x,m=publish,vendor_key=1': { ...publish, query: 'vendor_key=1&token=x' },
  '#!::r=live/test,m=publish,': publish,
  '#!::r=live/test,m=publish,token=a=b': { ...publish, query: 'token=a%3Db' },
}

for (const [text, request] of Object.entries(forms)) {
  test(`stream id: ${text}`, () => assert.deepEqual(parseStreamId(text), { ok: true, request }))
}

const refusals: readonly (readonly [string, string])[] = [
  ['', 'SRT_REJX_BAD_REQUEST'],
  ['#!{r=live/test}', 'SRT_REJX_BAD_REQUEST'],
  ['#!::r=live/test,m=bidirectional', 'SRT_REJX_BAD_MODE'],
  ['#!::r=live/test,m=constructor', 'SRT_REJX_BAD_MODE'],
  ['#!::r=live/test,t=file,m=publish', 'SRT_REJX_NOTSUP_MEDIA'],
]

for (const [text, reason] of refusals) {
  test(`stream id: "${text}" is refused`, () => {
    const parsed = parseStreamId(text)
    assert.equal(parsed.ok ? undefined : parsed.reason, reason)
  })
}

test('stream id: any text is read or refused', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('#', '!', ':', '=', ',', 'r', 'm', '?', '/') }))
  fc.assert(
    fc.property(text, id => {
      const parsed = parseStreamId(id)
      assert.ok(parsed.ok ? typeof parsed.request.name === 'string' : parsed.rule !== '')
    }),
    { seed: 42, numRuns: 1000 },
  )
})
