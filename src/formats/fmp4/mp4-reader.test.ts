import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { mp4Box } from '../../../test/support/mp4-boxes.ts'
import { ProtocolError, type ProtocolFault } from '../../core/errors.ts'
import type { Frame } from '../../media/frame.ts'
import { Mp4Reader } from './mp4-reader.ts'

/** Boxes by hand from ISO/IEC 14496-12 §8, never by our own encoder. */
const zeros = (count: number): string => '00'.repeat(count)
const mvhd = mp4Box('mvhd', zeros(12), '000003e8', zeros(84))
const avcC = mp4Box('avcC', '0164001fffe1000467640000 01000468ee3c80')
const avc1 = mp4Box('avc1', zeros(24), '0140 00f0', zeros(50), avcC)
/** MP3 in an mp4a: object type 0x6b, 44.1 kHz, stereo. ISO/IEC 14496-1 §7.2.6. */
const esds = mp4Box('esds', zeros(4), '03 14 0000 00 04 0f 6b 15 000000 00000000 00000000 05 00')
const mp4a = mp4Box('mp4a', zeros(6), '0001', zeros(8), '0002 0010 0000 0000 ac440000', esds)
const text = mp4Box('tx3g', zeros(38))

type Tables = {
  readonly stts?: string
  readonly ctts?: string
  readonly stss?: string
  readonly rest?: readonly Buffer[]
}

function stblOf(entry: Buffer, { stts = '00000000', ctts, stss, rest = [] }: Tables): Buffer {
  return mp4Box(
    'stbl',
    ...[mp4Box('stsd', zeros(4), '00000001', entry), mp4Box('stts', zeros(4), stts)],
    ...(ctts === undefined ? [] : [mp4Box('ctts', zeros(4), ctts)]),
    ...(stss === undefined ? [] : [mp4Box('stss', zeros(4), stss)]),
    ...rest,
  )
}

function trakOf(id: string, handler: string, timescale: string, stbl: Buffer, edts: readonly Buffer[] = []): Buffer {
  const tkhd = mp4Box('tkhd', zeros(12), id, zeros(68))
  const mdhd = mp4Box('mdhd', zeros(12), timescale, zeros(8))
  const hdlr = mp4Box('hdlr', zeros(8), Buffer.from(handler), zeros(13))
  return mp4Box('trak', tkhd, ...edts, mp4Box('mdia', mdhd, hdlr, mp4Box('minf', stbl)))
}

const sizes = (...values: readonly string[]): Buffer =>
  mp4Box('stsz', zeros(8), values.length.toString(16).padStart(8, '0'), ...values)
const chunks = (at: string, perChunk: string): readonly Buffer[] => [
  mp4Box('stsc', zeros(4), '00000001', '00000001', perChunk, '00000001'),
  mp4Box('stco', zeros(4), '00000001', at),
]
const noSamples = [sizes(), mp4Box('stsc', zeros(8)), mp4Box('stco', zeros(8))]

const ftyp = mp4Box('ftyp', Buffer.from('isom'), zeros(4))
/** Three pictures I P B of one, two and three bytes, then sound of one byte, from byte 24 of the file on. */
const mdat = mp4Box('mdat', '11 2222 333333 44')
const video = stblOf(avc1, {
  stts: '00000001 00000003 00000028',
  ctts: '00000003 00000001 00000028 00000001 00000050 00000001 00000000',
  stss: '00000001 00000001',
  rest: [sizes('00000001', '00000002', '00000003'), ...chunks('00000018', '00000003')],
})
const sound = stblOf(mp4a, {
  stts: '00000001 00000001 00000480',
  rest: [sizes('00000001'), ...chunks('0000001e', '00000001')],
})
/** The first edit of the pictures begins at media time 40, that of the sound with half a second of silence. */
const editOf40 = mp4Box('edts', mp4Box('elst', zeros(4), '00000001', '00000064 00000028 00010000'))
const silence = mp4Box(
  'edts',
  mp4Box('elst', zeros(4), '00000002', '000001f4 ffffffff 00010000', '00000064 00000000 00010000'),
)

const listed = (frames: readonly Frame[]): readonly string[] =>
  frames.map(({ track, dts, pts, isKey, payload }) => {
    return `${track.codec} ${dts}/${track.timescale} ${pts} ${isKey ? 'key' : '-'} ${Buffer.from(payload).toString('hex')}`
  })

async function read(file: Uint8Array): Promise<{ readonly frames: readonly Frame[]; readonly reader: Mp4Reader }> {
  const reader = await Mp4Reader.open({
    size: file.length,
    read: async (at, size) => {
      assert.ok(at >= 0 && size > 0 && at + size <= file.length, `${size} bytes at ${at} of ${file.length}`)
      return Uint8Array.from(file.subarray(at, at + size))
    },
  })
  const frames: Frame[] = []
  for await (const frame of reader.frames()) frames.push(frame)
  return { frames, reader }
}

describe('mp4 reader', () => {
  const traks = [
    trakOf('00000001', 'vide', '000003e8', video, [editOf40]),
    trakOf('00000002', 'soun', '0000ac44', sound, [silence]),
    trakOf('00000003', 'text', '000003e8', stblOf(text, { rest: noSamples })),
  ]
  const moov = mp4Box('moov', mvhd, ...traks)
  const expected = [
    ...['h264 -40/1000 0 key 11', 'h264 0/1000 80 - 2222', 'h264 40/1000 40 - 333333', 'mp3 22050/44100 22050 key 44'],
  ]

  test('samples of tables, in the order of their decode times, moved as edit lists say', async () => {
    const { frames, reader } = await read(Buffer.concat([ftyp, mdat, moov]))
    assert.deepEqual(listed(frames), expected)
    assert.deepEqual(reader.leftOut, [{ trackNumber: 3, reason: 'it is neither picture nor sound' }])
    assert.deepEqual(
      reader.tracks.map(({ kind, codec, index, video: picture, audio }) => [
        kind,
        codec,
        index,
        picture?.width,
        audio?.sampleRate,
      ]),
      [
        ['video', 'h264', 0, 320, undefined],
        ['audio', 'mp3', 0, undefined, 44_100],
      ],
    )
  })

  test('cut off behind the moov, it is read up to the last whole sample', async () => {
    const trak = trakOf('00000001', 'vide', '000003e8', stblOf(avc1, { rest: noSamples }))
    const trex = mp4Box('trex', zeros(4), '00000001 00000001 00000028 00000000 00010000')
    const head = Buffer.concat([ftyp, mp4Box('moov', mvhd, trak, mp4Box('mvex', trex))])
    const file = Buffer.concat([head, fragmentAt('00000064'), leading, fragmentAt('000000b4')])
    const all = [
      'h264 100/1000 140 key 11',
      'h264 140/1000 140 - 2222',
      'h264 180/1000 220 key 11',
      'h264 220/1000 220 - 2222',
    ]
    assert.deepEqual(listed((await read(file)).frames), all)
    for (let size = head.length; size < file.length; size++) {
      const { frames } = await read(file.subarray(0, size))
      assert.deepEqual(listed(frames), all.slice(0, frames.length))
    }
    assert.equal((await read(file.subarray(0, -1))).frames.length, 3)
  })

  test('negative composition offsets make all pictures be decoded earlier', async () => {
    const trak = trakOf('00000001', 'vide', '000003e8', stblOf(avc1, { rest: noSamples }))
    const file = Buffer.concat([ftyp, mp4Box('moov', mvhd, trak), fragmentAt('00000064', 'ffffffd8')])
    assert.deepEqual(listed((await read(file)).frames), ['h264 60/1000 60 key 11', 'h264 60/1000 100 - 2222'])
  })
})

/** What may stand in front of a fragment: a prft, and an emsg of the scheme "u:x". */
const leading = Buffer.concat([
  mp4Box('prft', '01000001 00000001 eeab5d80 80000000 00000000 00000e10'),
  mp4Box('emsg', '01000000 000003e8 00000000 00000064 ffffffff 00000007', Buffer.from('u:x\0\0ID3')),
])

/** A moof of 108 bytes with two samples, the first a sync sample with a composition offset, and its mdat. */
function fragmentAt(time: string, offset = '00000028'): Buffer {
  const tfhd = mp4Box('tfhd', '00020000', '00000001')
  const tfdt = mp4Box('tfdt', zeros(4), time)
  const samples = `00000001 02000000 ${offset} 00000002 00010000 00000000`
  const trun = mp4Box('trun', '00000e01', '00000002', '00000074', samples)
  const moof = mp4Box('moof', mp4Box('mfhd', zeros(4), '00000001'), mp4Box('traf', tfhd, tfdt, trun))
  assert.equal(moof.length, 108)
  return Buffer.concat([moof, mp4Box('mdat', '11 2222')])
}

const movieOf = (...traks: readonly Buffer[]): Buffer => Buffer.concat([ftyp, mp4Box('moov', mvhd, ...traks)])
const videoOf = (rest: readonly Buffer[]): Buffer =>
  trakOf('00000001', 'vide', '000003e8', stblOf(avc1, { stts: '00000001 ffffffff 00000001', rest }))
const nested = (depth: number): Buffer => (depth === 0 ? mp4Box('moov') : mp4Box('moov', nested(depth - 1)))

const hostile: readonly {
  readonly name: string
  readonly file: Buffer
  readonly fault: ProtocolFault
  readonly says: RegExp
}[] = [
  { name: 'no moov', file: Buffer.concat([ftyp, mdat]), fault: 'malformed', says: /it has a moov/ },
  {
    name: 'a box of 4 bytes',
    file: Buffer.from('00000004667265650000', 'hex'),
    fault: 'malformed',
    says: /its size is 8/,
  },
  {
    name: 'a box of 2^63 bytes',
    file: Buffer.from(`00000001${Buffer.from('mdat').toString('hex')}8000000000000000`, 'hex'),
    fault: 'malformed',
    says: /2\^53/,
  },
  { name: 'boxes inside of each other', file: nested(500), fault: 'malformed', says: /box mvhd: it is there/ },
  {
    name: 'nothing that is carried',
    file: movieOf(trakOf('00000003', 'text', '000003e8', stblOf(text, {}))),
    fault: 'unsupported',
    says: /track 3/,
  },
  {
    name: 'encryption',
    file: movieOf(trakOf('00000001', 'vide', '000003e8', stblOf(mp4Box('encv', zeros(78)), {}))),
    fault: 'unsupported',
    says: /it is encrypted/,
  },
  {
    name: 'a table of 2^32 entries',
    file: movieOf(videoOf([mp4Box('stsz', zeros(8), 'ffffffff'), ...chunks('00000000', '00000001')])),
    fault: 'malformed',
    says: /room for 0 entries, is 4294967295/,
  },
  {
    name: 'a timescale of 0',
    file: movieOf(trakOf('00000001', 'vide', '00000000', video)),
    fault: 'malformed',
    says: /timescale is not 0/,
  },
  {
    name: 'a run of 2^32 samples without fields',
    file: Buffer.concat([
      movieOf(trakOf('00000001', 'vide', '000003e8', stblOf(avc1, { rest: noSamples }))),
      mp4Box('moof', mp4Box('traf', mp4Box('tfhd', '00020000', '00000001'), mp4Box('trun', zeros(4), 'ffffffff'))),
    ]),
    fault: 'limit',
    says: /samples at most/,
  },
]

for (const { name, file, fault, says } of hostile) {
  test(`mp4 reader: ${name} is refused in words`, async () => {
    await assert.rejects(
      read(file),
      error => error instanceof ProtocolError && error.fault === fault && says.test(error.message),
    )
  })
}

test('mp4 reader: samples of one size in a table that lies about their number end with the file', async () => {
  const lying = [mp4Box('stsz', zeros(4), '00000001 ffffffff'), ...chunks('00000000', 'ffffffff')]
  const file = movieOf(videoOf(lying))
  assert.equal((await read(file)).frames.length, file.length)
})

test('mp4 reader: a file with flipped, lost and added bytes gives frames or is refused', async () => {
  const plain = movieOf(
    trakOf('00000001', 'vide', '000003e8', video, [editOf40]),
    trakOf('00000002', 'soun', '0000ac44', sound),
  )
  const trex = mp4Box('trex', zeros(4), '00000001 00000001 00000028 00000000 00010000')
  const head = mp4Box('moov', mvhd, videoOf(noSamples), mp4Box('mvex', trex))
  const files = [
    Buffer.concat([mdat, plain]),
    Buffer.concat([ftyp, head, leading, fragmentAt('00000064'), leading, fragmentAt('000000b4')]),
  ]
  const change = fc.record({
    at: fc.nat({ max: 900 }),
    lost: fc.nat({ max: 8 }),
    added: fc.uint8Array({ maxLength: 8 }),
  })
  const property = fc.asyncProperty(
    fc.constantFrom(...files),
    fc.array(change, { maxLength: 5 }),
    async (whole, changes) => {
      const file = changes.reduce<Uint8Array>(
        (bytes, { at, lost, added }) => Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + lost)]),
        whole,
      )
      try {
        const { frames } = await read(file)
        assert.ok(frames.every(({ payload, dts }) => payload.length > 0 && Number.isSafeInteger(dts)))
      } catch (error) {
        assert.ok(error instanceof ProtocolError, error instanceof Error ? error.stack : String(error))
      }
    },
  )
  await fc.assert(property, { seed: 14_496, numRuns: 1500 })
})
