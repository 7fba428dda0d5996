import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { encodeAmf3 } from '../../../test/support/amf3.ts'
import { ProtocolError } from '../../core/errors.ts'
import { type AmfValue, amfObject, EcmaArray, TypedObject, XmlDocument } from './amf-value.ts'
import { decodeAmf0, decodeAmf0Values } from './decode-amf0.ts'
import { decodeAmf3 } from './decode-amf3.ts'
import { encodeAmf0 } from './encode-amf0.ts'

const runs = { seed: 20_261_120, numRuns: 2_000 }

/** Bytes that look like AMF: mostly markers and small lengths, so that the fuzz gets past the first byte. */
const amfLike = fc
  .array(
    fc.oneof(fc.integer({ min: 0, max: 0x12 }), fc.constantFrom(0, 0, 1, 3, 9, 0x0b), fc.integer({ min: 0, max: 255 })),
    {
      maxLength: 400,
    },
  )
  .map(bytes => new Uint8Array(bytes))

/** Any value that both formats carry unchanged. */
const { value: anyValue } = fc.letrec<{ value: AmfValue }>(tie => {
  const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  const fields = fc.dictionary(name, tie('value'), { maxKeys: 5 }).map(amfObject)
  return {
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom(undefined, null, true, false),
      fc.double(),
      fc.integer(),
      fc.string({ unit: 'grapheme' }),
      fc.date(),
      fc.uint8Array({ maxLength: 20 }).map(bytes => new Uint8Array(bytes)),
      fc.string({ unit: 'grapheme' }).map(text => new XmlDocument(text)),
      fc.array(tie('value'), { maxLength: 5 }),
      fields,
      fields.filter(entries => Object.keys(entries).length > 0).map(entries => new EcmaArray(entries)),
      fc.tuple(name, fields).map(([className, members]) => new TypedObject(className, members)),
    ),
  }
})

function unlessPeersFault<Result>(decode: () => Result): Result | undefined {
  try {
    return decode()
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error))
    return undefined
  }
}

describe('AMF fuzz', () => {
  test('whatever AMF0 decodes, it encodes and decodes to the same', () => {
    fc.assert(
      fc.property(amfLike, bytes => {
        const values = unlessPeersFault(() => decodeAmf0Values(bytes))
        if (values !== undefined) assert.deepEqual(decodeAmf0Values(encodeAmf0(...values)), values)
      }),
      runs,
    )
  })

  test('whatever AMF3 decodes, it encodes and decodes to the same', () => {
    fc.assert(
      fc.property(amfLike, bytes => {
        const decoded = unlessPeersFault(() => decodeAmf3(bytes))
        if (decoded !== undefined) assert.deepEqual(decodeAmf3(encodeAmf3(decoded.value)).value, decoded.value)
      }),
      runs,
    )
  })

  test('every value survives AMF0', () => {
    fc.assert(
      fc.property(anyValue, value => assert.deepEqual(decodeAmf0(encodeAmf0(value)).value, value)),
      runs,
    )
  })

  test('every value survives AMF3', () => {
    fc.assert(
      fc.property(anyValue, value => assert.deepEqual(decodeAmf3(encodeAmf3(value)).value, value)),
      runs,
    )
  })

  test('a valid body with one byte changed decodes or is the peer’s fault', () => {
    fc.assert(
      fc.property(anyValue, fc.nat(), fc.integer({ min: 0, max: 255 }), (value, at, byte) => {
        const bytes = encodeAmf0(value)
        bytes[at % bytes.length] = byte
        unlessPeersFault(() => encodeAmf0(...decodeAmf0Values(bytes)))
      }),
      runs,
    )
  })
})
