import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { unlessMalformed } from '../../core/errors.ts'
import { decodeEventMessages, encodeEventMessage } from './event-message.ts'
import { encodeFragment } from './fragment.ts'
import { encodeProducerReferenceTime } from './producer-reference-time.ts'

/** Worked out by hand from ISO/IEC 23009-1 §5.10.3.3.3: "u:x" at 2^32 + 1 of 90 kHz, with two bytes. */
const message = `
  00000027 656d7367 01000000 00015f90 0000000100000001 ffffffff 80000000 753a7800 00 4944
`.replaceAll(/\s/g, '')

/** From ISO/IEC 14496-12 §8.16.5: half a second past 2026-11-21T00:00:00Z, which is 4004208000 s after 1900. */
const reference = '00000020 70726674 01000001 00000002 eeab5d80 80000000 0000000000000e10'.replaceAll(' ', '')

test('event message: one whose duration is not known', () => {
  const event = { scheme: 'u:x', timescale: 90_000, presentationTime: 2 ** 32 + 1, id: 0x80000000 }
  const bytes = Buffer.from(encodeEventMessage({ ...event, data: Uint8Array.of(0x49, 0x44) }))
  assert.equal(bytes.toString('hex'), message)
})

/** The same of version 0, whose time counts from where the segment begins: one of those is not told. */
const early = '00000023 656d7367 00000000 753a7800 00 00015f90 00000001 ffffffff 80000000 4944'.replaceAll(' ', '')

test('event message: those of a segment are found among its other boxes', () => {
  const other = '0000000c 70726674 01000001'.replaceAll(' ', '')
  const found = decodeEventMessages(Buffer.from(other + message + early + other + message, 'hex'))
  const one = { scheme: 'u:x', timescale: 90_000, presentationTime: 2 ** 32 + 1, id: 0x80000000 }
  assert.deepEqual(
    found.map(event => ({ ...event, data: Buffer.from(event.data).toString('hex') })),
    [one, one].map(event => ({ ...event, data: '4944' })),
  )
  const lasting = { ...one, duration: 5, data: Uint8Array.of(1) }
  assert.deepEqual(decodeEventMessages(Uint8Array.from(encodeEventMessage(lasting))), [lasting])
})

test('event message: a duration that 32 bits cannot say is not known', () => {
  const event = { scheme: 'u:x', timescale: 90_000, presentationTime: 2 ** 32 + 1, id: 0x80000000 }
  for (const duration of [2 ** 32, 2 ** 40]) {
    const bytes = encodeEventMessage({ ...event, duration, data: Uint8Array.of(0x49, 0x44) })
    assert.equal(Buffer.from(bytes).toString('hex'), message)
  }
})

test('event message: cut at any place, or made up, it is malformed at worst', () => {
  const bytes = Buffer.from(message, 'hex')
  for (let size = 1; size < bytes.length; size++) {
    const cut = Buffer.from(bytes.subarray(0, size))
    if (size >= 4) cut.writeUInt32BE(size)
    unlessMalformed(() => decodeEventMessages(cut))
  }
  const anyBox = fc.uint8Array({ maxLength: 60 }).map(data => {
    const head = Buffer.from('00000000656d736701', 'hex')
    head.writeUInt32BE(head.length + data.length)
    return Buffer.concat([head, data])
  })
  fc.assert(
    fc.property(anyBox, box => {
      const found = unlessMalformed(() => decodeEventMessages(Uint8Array.from(box))) ?? []
      for (const event of found) {
        assert.deepEqual(decodeEventMessages(Uint8Array.from(encodeEventMessage(event))), [event])
      }
    }),
    { seed: 5 },
  )
})

test('producer reference time: the clock of NTP', () => {
  const wall = Date.UTC(2026, 10, 21, 0, 0, 0, 500)
  const bytes = Buffer.from(encodeProducerReferenceTime({ trackId: 2, wall, mediaTime: 3600 }))
  assert.equal(bytes.toString('hex'), reference)
})

test('producer reference time: the clock of NTP begins again in 2036', () => {
  const wall = Date.UTC(2036, 1, 7, 6, 28, 17)
  const bytes = Buffer.from(encodeProducerReferenceTime({ trackId: 1, wall, mediaTime: 0 }))
  assert.equal(bytes.readUInt32BE(16), 1)
})

test('fragment: what stands in front does not move its samples', () => {
  const runs = [
    {
      trackId: 1,
      decodeTime: 0,
      samples: [{ duration: 1, compositionOffset: 0, isSync: true, data: new Uint8Array(3) }],
    },
  ]
  const [plain, led] = [encodeFragment(1, runs), encodeFragment(1, runs, [Buffer.from(message, 'hex')])]
  assert.equal(Buffer.from(led).toString('hex'), message + Buffer.from(plain).toString('hex'))
})
