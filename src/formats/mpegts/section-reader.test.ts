import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { decodeProgramAssociation } from './program-association.ts'
import { decodeProgramMap } from './program-map.ts'
import { decodeSection } from './psi-section.ts'
import { SectionReader } from './section-reader.ts'

/** What FFmpeg 7.1 (libavformat 61) writes for H.264 and AAC. */
const association = '00b00d0001c100000001f0002ab104b2'
const map = '02b0170001c10000e100f0001be100f0000fe101f0002f44b99b'

function read(...payloads: readonly (readonly [isStart: boolean, digits: string])[]): readonly string[] {
  const reader = new SectionReader()
  const sections: string[] = []
  for (const [isStart, digits] of payloads) {
    reader.read(hex(digits), isStart, section => sections.push(Buffer.from(section).toString('hex')) > 0)
  }
  return sections
}

/** Worked out by hand from ISO/IEC 13818-1 §2.4.4.1 and §2.4.4.2. */
test('sections: one or two of them in a packet, and stuffing behind', () => {
  assert.deepEqual(read([true, `00 ${association} ffffff`]), [association])
  assert.deepEqual(read([true, `00 ${association} ${map} ff`]), [association, map])
})

test('sections: go on in the next packets, cut at every byte', () => {
  for (let cut = 2; cut < map.length; cut += 2) {
    const [first, rest] = [map.slice(0, cut), map.slice(cut)]
    assert.deepEqual(read([true, `00 ${first}`], [false, `${rest} ffff`]), [map])
    const pointer = (rest.length / 2).toString(16).padStart(2, '0')
    assert.deepEqual(read([true, `00 ${first}`], [true, `${pointer} ${rest} ${association}`]), [map, association])
  }
})

test('sections: the end of one whose beginning is missing is left out', () => {
  assert.deepEqual(read([false, association], [true, `03 aabbcc ${map}`]), [map])
})

test('sections: a pointer beyond the packet, and a length beyond any section, are left out', () => {
  assert.deepEqual(read([true, `ff ${association}`], [true, `00 ${association}`]), [association])
  assert.deepEqual(read([true, '00 00bfff 0102'], [false, association], [true, `00 ${map}`]), [map])
})

test('sections: behind one that is too short, or makes no sense, the rest of the packet is left out', () => {
  const reader = new SectionReader()
  let seen = 0
  const refuse = (): boolean => {
    seen++
    return false
  }
  reader.read(hex(`00 ${'000000'.repeat(60)}`), true, refuse)
  assert.deepEqual([seen, reader.damaged], [0, 1])
  reader.read(hex(`00 ${association.repeat(10)}`), true, refuse)
  assert.deepEqual([seen, reader.damaged], [1, 1])
})

test('sections: any payloads are sections or none, and none is longer than 4096 bytes', () => {
  const payload = fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 184 }))
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 40 }), payloads => {
      const reader = new SectionReader()
      const check = ({ length }: Uint8Array): boolean => {
        assert.ok(length >= 12 && length <= 4096, `${length}`)
        return length % 2 === 0
      }
      for (const [isStart, bytes] of payloads) reader.read(bytes, isStart, check)
    }),
    { seed: 2, numRuns: 500 },
  )
})

for (const [name, decode, section] of [
  ['section', decodeSection, map],
  ['association', decodeProgramAssociation, association],
  ['map', decodeProgramMap, map.slice(16, -8)],
] as const) {
  test(`sections: any bytes are the ${name} or the peer’s fault`, () => fuzzDecoder(13, [hex(section)], decode))
}
