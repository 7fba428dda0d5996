import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { decodeSpliceCue, type SpliceCue } from './splice-cue.ts'
import { moveCue } from './splice-info.ts'

/** The first three are the samples of SCTE 35 §14.1 to §14.3; the others were worked out from §9.6 and §9.7. */
const vectors: readonly { readonly name: string; readonly wire: string; readonly cue: SpliceCue }[] = [
  {
    name: 'time_signal, placement opportunity start',
    wire: 'fc3034000000000000fffff00506fe72bd0050001e021c435545494800008e7fcf0001a599b00808000000002ca0a18a3402009ac9d17e',
    cue: { kind: 'out', event: 'segmentation-1207959694-52', time: 0x072bd0050, duration: 0x1a599b0 },
  },
  {
    name: 'splice_insert',
    wire: 'fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a',
    cue: { kind: 'out', event: 'splice-1207959695', time: 0x07369c02e, duration: 0x52ccf5 },
  },
  {
    name: 'time_signal, placement opportunity end',
    wire: 'fc302f000000000000fffff00506fe746290a000190217435545494800008e7f9f0808000000002ca0a18a350200a9cc6758',
    cue: { kind: 'in', event: 'segmentation-1207959694-52', time: 0x0746290a0, duration: undefined },
  },
  {
    name: 'splice_insert, back at once',
    wire: 'fc301b000000000000fffff00a05 0000000a 7f 5f 0000 00 00 0000 00000000',
    cue: { kind: 'in', event: 'splice-10', time: undefined, duration: undefined },
  },
  {
    name: 'splice_insert, of two components',
    wire: 'fc3026000000000000fffff01505 0000000b 7f 8f 02 01 fe00000064 02 fe000000c8 0000 00 00 0000 00000000',
    cue: { kind: 'out', event: 'splice-11', time: 200, duration: undefined },
  },
  {
    name: 'splice_insert, cancelled',
    wire: 'fc3016000000000000fffff00505 0000000a ff 0000 00000000',
    cue: { kind: 'other', event: undefined, time: undefined, duration: undefined },
  },
  {
    name: 'splice_null',
    wire: 'fc3011000000000000fffff00000 0000 00000000',
    cue: { kind: 'other', event: undefined, time: undefined, duration: undefined },
  },
  {
    name: 'encrypted',
    wire: 'fc302f008200000000fffff01405 4800008f7feffe7369c02efe0052ccf500000000 0000 00000000',
    cue: { kind: 'other', event: undefined, time: undefined, duration: undefined },
  },
]

for (const { name, wire, cue } of vectors) {
  test(`splice cue: ${name}`, () => {
    assert.deepEqual(decodeSpliceCue(hex(wire)), cue)
  })
}

test('splice cue: its moment is moved by the adjustment, around the clock', () => {
  const section = hex(vectors[1]?.wire ?? '')
  assert.equal(decodeSpliceCue(moveCue(section, 10)).time, 0x07369c02e + 10)
  assert.equal(decodeSpliceCue(moveCue(section, 2 ** 33 - 0x07369c02e)).time, 0)
})

test('splice cue: any bytes are a cue or the peer’s fault', () => {
  fuzzDecoder(
    36,
    vectors.map(({ wire }) => hex(wire)),
    decodeSpliceCue,
  )
})
