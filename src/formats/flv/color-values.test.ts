import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { colorValues } from './color-values.ts'

/** "colorInfo", then an object whose colorConfig is BT.2020 with PQ. Worked out by hand from AMF0 §2.2, §2.4, §2.5. */
const name = '02 0009 636f6c6f72496e666f'
const primaries = '000e 636f6c6f725072696d6172696573 00 4022000000000000'
const transfer = '0017 7472616e73666572436861726163746572697374696373 00 4030000000000000'
const matrix = '0012 6d6174726978436f656666696369656e7473 00 4022000000000000'
const config = (fields: string): string => `${name} 03 000b 636f6c6f72436f6e666967 03 ${fields} 000009 000009`

test('colour values: BT.2020 with PQ', () => {
  assert.deepEqual(colorValues(hex(config(primaries + transfer + matrix))), {
    colorConfig: { colorPrimaries: 9, transferCharacteristics: 16, matrixCoefficients: 9 },
  })
})

test('colour values: a group that is not whole, or not a number, is not there', () => {
  assert.deepEqual(colorValues(hex(config(primaries + transfer))), {})
  assert.deepEqual(colorValues(hex(config(primaries + transfer + matrix.replace('00 40', '00 c0')))), {})
  assert.deepEqual(colorValues(hex(config(primaries + transfer + matrix.replace('00 4022', '00 4082')))), {})
  assert.deepEqual(colorValues(hex(config(primaries + transfer + matrix.replace('00 4022000000000000', '05')))), {})
})

test('colour values: chromaticities end at 1, luminances at 10,000 cd/m²', () => {
  const half = '3fe0000000000000'
  const tenThousand = '40c3880000000000'
  const field = (text: string, number: string): string =>
    `00${text.length.toString(16).padStart(2, '0')} ${Buffer.from(text).toString('hex')} 00 ${number}`
  const points = ['redX', 'redY', 'greenX', 'greenY', 'blueX', 'blueY', 'whitePointX', 'whitePointY']
  const fields = [...points.map(point => field(point, half)), field('minLuminance', half)].join('')
  const group = `0007 6864724d646376 03 ${fields}${field('maxLuminance', tenThousand)} 000009`
  const body = `${name} 03 ${group} 000009`
  const white = Object.fromEntries(points.map(point => [point, 0.5]))
  assert.deepEqual(colorValues(hex(body)), { hdrMdcv: { ...white, minLuminance: 0.5, maxLuminance: 10_000 } })
  assert.deepEqual(colorValues(hex(body.replace(tenThousand, '40c3888000000000'))), {})
  assert.deepEqual(colorValues(hex(body.replace(half, '3ff8000000000000'))), {})
})

test('colour values: of a reset, and of other metadata, are none', () => {
  assert.deepEqual(colorValues(hex(`${name} 06`)), {})
  assert.deepEqual(colorValues(hex('02 0001 61 03 000009')), {})
})

test('colour values: any bytes have some or none', () => {
  fuzzDecoder(41, [hex(config(primaries + transfer + matrix))], colorValues)
})
