import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ProtocolError } from '../../src/core/errors.ts'

/** Decode bytes that may be wrong: the result is a value or the peer's fault, never another error. */
export function assertOnlyProtocolError(decode: () => unknown): void {
  try {
    decode()
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error))
  }
}

/** Decode random bytes, and `valid` bytes cut at every byte and with a few bytes changed. */
export function fuzzDecoder(seed: number, valid: readonly Uint8Array[], decode: (bytes: Uint8Array) => unknown): void {
  const check = (bytes: Uint8Array): void => assertOnlyProtocolError(() => decode(bytes))
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), check), { seed, numRuns: 1000 })
  for (const bytes of valid) {
    for (let length = 0; length < bytes.length; length++) check(bytes.subarray(0, length))
    fc.assert(fc.property(changesOf(bytes), check), { seed, numRuns: 500 })
  }
}

function changesOf(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
  return fc.array(change, { minLength: 1, maxLength: 4 }).map(changes => {
    const copy = Uint8Array.from(bytes)
    for (const [at, byte] of changes) copy[at] = byte
    return copy
  })
}

/** Bytes of hexadecimal digits; spaces are for the reader. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'))
}

/** Bytes of binary digits, padded with zeros; spaces are for the reader. */
export function binary(digits: string): Uint8Array {
  const octets = digits.replaceAll(' ', '').match(/.{1,8}/g) ?? []
  return Uint8Array.from(octets, octet => Number.parseInt(octet.padEnd(8, '0'), 2))
}
