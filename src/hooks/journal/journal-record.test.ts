import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { test } from 'vitest'
import { publishStarted, publishStopped, stamped } from '../../../test/support/hook-events.ts'
import { decodeRecords, encodeRecord } from './journal-record.ts'

const first = stamped(publishStarted('live/ä', 'rtmp-1', 'x=\n1'))
const second = stamped(publishStopped())

test('journal record: what was written is read, and where it stands', () => {
  const bytes = Buffer.concat([encodeRecord(first), encodeRecord(second)])
  assert.deepEqual(decodeRecords(bytes), {
    records: [
      { offset: 0, event: first },
      { offset: encodeRecord(first).length, event: second },
    ],
    size: bytes.length,
    damaged: 0,
  })
})

test('journal record: the checksum is what Python takes for a CRC-32', () => {
  const line = encodeRecord(first)
  const check =
    'import sys, zlib; line = sys.stdin.buffer.read(); print("%08x" % zlib.crc32(line[9:-1]) == line[:8].decode())'
  assert.equal(execFileSync('python3', ['-c', check], { input: line }).toString().trim(), 'True')
})

test('journal record: one that was cut anywhere is not there, those before it are', () => {
  const whole = encodeRecord(first)
  const cut = encodeRecord(second)
  for (let size = 0; size < cut.length; size++) {
    const { records, size: read, damaged } = decodeRecords(Buffer.concat([whole, cut.subarray(0, size)]))
    assert.deepEqual([records.length, read, damaged], [1, whole.length, 0])
  }
})

test('journal record: a byte that changed costs its line and no other', () => {
  const lines = [first, second, first].map(encodeRecord)
  const bytes = Buffer.concat(lines)
  const middle = lines[0]?.length ?? 0
  for (let at = 0; at < (lines[1]?.length ?? 0) - 1; at++) {
    const damagedBytes = Buffer.from(bytes)
    damagedBytes[middle + at] = (damagedBytes[middle + at] ?? 0) ^ 0x01
    const { records, damaged } = decodeRecords(damagedBytes)
    assert.ok(damaged >= 1, `byte ${at}`)
    assert.equal(records.length, 2)
  }
})

test('journal record: whatever stands there, it is read to the last line feed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
      const { records, size } = decodeRecords(bytes)
      assert.equal(records.length, 0)
      assert.equal(size, bytes.lastIndexOf(0x0a) + 1)
    }),
    { seed: 7, numRuns: 500 },
  )
})
