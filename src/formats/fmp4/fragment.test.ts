import assert from 'node:assert/strict'
import { test } from 'vitest'
import { encodeFragment } from './fragment.ts'
import type { Sample } from './sample.ts'

/** Worked out by hand from ISO/IEC 14496-12 §8.8.4 to §8.8.12. */
const reorderedPicturesAndSound = `
  000000c0 6d6f6f66
    00000010 6d666864 00000000 00000001
    0000005c 74726166
      00000018 74666864 00020028 00000001 00000e10 01010000
      00000014 74666474 01000000 0000000000015f90
      00000028 7472756e 01000a05 00000002 000000c8 02000000 00000002 00001c20 00000001 fffff1f0
    0000004c 74726166
      00000018 74666864 00020028 00000002 00000400 02000000
      00000014 74666474 01000000 0000000100000005
      00000018 7472756e 01000201 00000001 000000cb 00000001
  0000000c 6d646174 aabb cc dd`

const nothingInCommon = `
  00000080 6d6f6f66
    00000010 6d666864 00000000 00000007
    00000068 74726166
      00000014 74666864 00020020 00000001 01010000
      00000014 74666474 01000000 0000000000000000
      00000038 7472756e 01000701 00000003 00000088
        00000001 00000001 01010000  00000002 00000001 02000000  00000003 00000001 01010000
  0000000b 6d646174 01 02 03`

function sample(duration: number, isSync: boolean, compositionOffset: number, ...data: readonly number[]): Sample {
  return { duration, isSync, compositionOffset, data: Uint8Array.from(data) }
}

function hex(text: string): string {
  return text.replaceAll(/\s/g, '')
}

test('fragment: what samples have in common is said once, and offsets may be negative', () => {
  const pictures = [sample(3600, true, 7200, 0xaa, 0xbb), sample(3600, false, -3600, 0xcc)]
  const fragment = encodeFragment(1, [
    { trackId: 1, decodeTime: 90_000, samples: pictures },
    { trackId: 2, decodeTime: 2 ** 32 + 5, samples: [sample(1024, true, 0, 0xdd)] },
  ])
  assert.equal(Buffer.from(fragment).toString('hex'), hex(reorderedPicturesAndSound))
})

test('fragment: what differs is said of each sample', () => {
  const samples = [sample(1, false, 0, 1), sample(2, true, 0, 2), sample(3, false, 0, 3)]
  const fragment = encodeFragment(7, [{ trackId: 1, decodeTime: 0, samples }])
  assert.equal(Buffer.from(fragment).toString('hex'), hex(nothingInCommon))
})

test('fragment: a run has samples', () => {
  assert.throws(() => encodeFragment(1, [{ trackId: 1, decodeTime: 0, samples: [] }]), RangeError)
})
