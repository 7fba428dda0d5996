import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { ebml, hexText, openEbml } from '../../../test/support/ebml.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import { ProtocolError, type ProtocolFault } from '../../core/errors.ts'
import type { Frame } from '../../media/frame.ts'
import { MatroskaMuxer } from './matroska-muxer.ts'
import { MatroskaToFrames } from './matroska-to-frames.ts'

/** IDs as RFC 9559 §5 and RFC 8794 §11.2 list them, by hand: never by our own table. */
const header = ebml('1a45dfa3', ebml('4282', hexText('webm')), ebml('4285', '02'))
const info = ebml('1549a966', ebml('2ad7b1', '0f4240'))
const mp3Entry = [ebml('d7', '01'), ebml('83', '02'), ebml('86', hexText('A_MPEG/L3'))]
const vp8Entry = [ebml('d7', '02'), ebml('83', '01'), ebml('86', hexText('V_VP8'))]
const flacEntry = [ebml('d7', '03'), ebml('83', '02'), ebml('86', hexText('A_FLAC'))]
const subtitles = [ebml('d7', '04'), ebml('83', '11'), ebml('86', hexText('S_TEXT/UTF8'))]
const tracksOf = (...entries: readonly (readonly Buffer[])[]): Buffer =>
  ebml('1654ae6b', ...entries.map(parts => ebml('ae', ...parts)))
/** MPEG-1 Layer III, 128 kbit/s, 44.1 kHz, stereo: ISO/IEC 11172-3 §2.4.1.3. It lasts 1152 samples. */
const mp3 = `fffb9000${'00'.repeat(413)}`
/** A Void and a CRC-32, which may stand anywhere. */
const noise = Buffer.concat([ebml('ec', '000000'), ebml('bf', '01020304')])

const numberOf = (i: number): string => (i + 1).toString(16).padStart(2, '0')

function fileOf(tracks: Buffer, ...elements: readonly Buffer[]): Buffer {
  return Buffer.concat([header, openEbml('18538067'), noise, info, tracks, openEbml('1f43b675'), ...elements])
}

function read(
  file: Uint8Array,
  pieceSize = file.length,
  lostBefore: readonly number[] = [],
): { readonly frames: readonly Frame[]; readonly reader: MatroskaToFrames } {
  const reader = new MatroskaToFrames()
  const frames: Frame[] = []
  for (let at = 0; at < file.length; at += pieceSize) {
    if (lostBefore.includes(at / pieceSize)) reader.lost()
    frames.push(...reader.push(file.subarray(at, at + pieceSize)))
  }
  return { frames: [...frames, ...reader.flush()], reader }
}

const listed = (frames: readonly Frame[]): readonly string[] =>
  frames.map(({ track, dts, pts, isKey, payload }) => {
    return `${track.codec} ${dts} ${pts} ${isKey ? 'key' : '-'} ${Buffer.from(payload).toString('hex').slice(0, 16)}`
  })

describe('matroska to frames', () => {
  const file = fileOf(
    tracksOf(mp3Entry, vp8Entry, subtitles),
    ...[
      ebml('e7', '03e8'),
      noise,
      ebml('a3', '81 0000 80', mp3),
      ebml('a3', '82 0005 80 01'),
      ebml('a3', '84 0005 80 02'),
    ],
    ...[ebml('a3', '82 0028 00 03'), openEbml('1f43b675'), ebml('e7', '07d0'), ebml('a3', '82 ffff 08 04')],
  )
  const expected = [
    ...['mp3 1000 1000 key fffb900000000000', 'vp8 1005 1005 key 01', 'vp8 1040 1040 - 03', 'vp8 1999 1999 - 04'],
  ]

  test('blocks of Clusters of unknown size, with what does not matter in between', () => {
    const { frames, reader } = read(file)
    assert.deepEqual(listed(frames), expected)
    assert.deepEqual(reader.leftOut, [{ trackNumber: 4, reason: 'S_TEXT/UTF8 is not carried' }])
    assert.deepEqual(
      reader.tracks.map(({ id, kind, index, timescale }) => ({ id, kind, index, timescale })),
      [
        { id: 0, kind: 'audio', index: 0, timescale: 1000 },
        { id: 1, kind: 'video', index: 0, timescale: 1000 },
      ],
    )
    assert.deepEqual(reader.tracks[0]?.audio, { sampleRate: 44_100, channels: 2, codecString: 'mp4a.6B' })
  })

  test('pieces of any size give the same', () => {
    for (const size of [1, 2, 3, 7, 100]) assert.deepEqual(listed(read(file, size).frames), expected)
  })

  test('cut off anywhere, it is read up to the last whole block', () => {
    for (let size = 0; size < file.length; size++) {
      const { frames } = read(file.subarray(0, size))
      assert.deepEqual(listed(frames), expected.slice(0, frames.length))
    }
    const { frames, reader } = read(file.subarray(0, -1))
    assert.equal(frames.length, 3)
    assert.ok(reader.pendingBytes > 0)
  })

  test('a block in a group is a key frame if it refers to no other', () => {
    const group = (byte: string, ...more: readonly Buffer[]): Buffer =>
      ebml('a0', ebml('a1', `82 0000 00 ${byte}`), ebml('9b', '28'), ...more)
    const { frames } = read(fileOf(tracksOf(vp8Entry), ebml('e7', '00'), group('01'), group('02', ebml('fb', 'd8'))))
    assert.deepEqual(listed(frames), ['vp8 0 0 key 01', 'vp8 0 0 - 02'])
  })

  test('frames of a lace follow each other by DefaultDuration, or else as long as they sound', () => {
    const lace = [ebml('e7', '00'), ebml('a3', '81 000a 84 02', mp3, mp3, mp3)]
    assert.deepEqual(
      read(fileOf(tracksOf(mp3Entry), ...lace)).frames.map(({ pts }) => pts),
      [10, 36, 62],
    )
    const told = [...mp3Entry, ebml('23e383', '01312d00')] // 20 ms
    assert.deepEqual(
      read(fileOf(tracksOf(told), ...lace)).frames.map(({ pts }) => pts),
      [10, 30, 50],
    )
  })

  test('CodecDelay is taken off, and units of which a second has no whole number become nanoseconds', () => {
    const delayed = [...mp3Entry, ebml('56aa', '0f4240')]
    assert.deepEqual(read(fileOf(tracksOf(delayed), ebml('e7', '0a'), ebml('a3', '81 0000 80', mp3))).frames[0]?.pts, 9)
    const oddInfo = ebml('1549a966', ebml('2ad7b1', '5161')) // 20 833 ns, about 48 kHz
    const odd = fileOf(Buffer.concat([oddInfo, tracksOf(mp3Entry)]), ebml('e7', '02'), ebml('a3', '81 0001 80', mp3))
    const [frame] = read(odd).frames
    assert.deepEqual([frame?.pts, frame?.track.timescale], [62_499, 1_000_000_000])
  })

  test('headers that were stripped are put back', () => {
    const stripping = ebml('6d80', ebml('6240', ebml('5034', ebml('4254', '03'), ebml('4255', 'fffb90'))))
    const blocks = [ebml('e7', '00'), ebml('a3', '81 0000 80', mp3.slice(6))]
    const stripped = fileOf(tracksOf([...mp3Entry, stripping]), ...blocks)
    assert.equal(Buffer.from(read(stripped).frames[0]?.payload ?? []).toString('hex'), mp3)
  })

  test('a codec whose name nobody can bear is left out namelessly', () => {
    for (const [name, reason] of [
      ['A_EVIL\x1b[2J', 'its codec is not carried'],
      ['', 'its codec is not carried'],
      ['A_'.repeat(40_000), `${'A_'.repeat(32)} is not carried`],
    ] as const) {
      const evil = [ebml('d7', '09'), ebml('83', '02'), ebml('86', hexText(name))]
      assert.deepEqual(read(fileOf(tracksOf(mp3Entry, evil))).reader.leftOut, [{ trackNumber: 9, reason }])
    }
  })

  test('nothing nests, however many elements of unknown size are in each other, and nothing is made of empty ones', () => {
    const nested = Buffer.concat(Array.from({ length: 50_000 }, () => openEbml('1f43b675')))
    const empty = Buffer.from('ec80'.repeat(100_000), 'hex')
    const deep = fileOf(tracksOf(mp3Entry), nested, empty, ebml('e7', '05'), ebml('a3', '81 0000 80', mp3))
    assert.deepEqual(listed(read(deep).frames), ['mp3 5 5 key fffb900000000000'])
  })

  test('a document behind the first begins anew, and a track that is the same stays', () => {
    const { frames } = read(Buffer.concat([file, file]))
    assert.deepEqual(listed(frames), [...expected, ...expected])
    for (const [i, { track }] of frames.slice(4).entries()) assert.equal(track, frames[i]?.track)
  })
})

describe('matroska to frames: where bytes were lost', () => {
  const cluster = (time: string, ...blocks: readonly string[]): Buffer =>
    Buffer.concat([openEbml('1f43b675'), ebml('e7', time), ...blocks.map(block => ebml('a3', block))])
  const key = (byte: string): string => `82 0000 80 ${byte.repeat(40)}`
  const delta = (byte: string): string => `82 0001 00 ${byte.repeat(40)}`
  const sound = `81 0002 80 ${mp3}`
  const head = Buffer.concat([header, openEbml('18538067'), info, tracksOf(mp3Entry, vp8Entry)])
  const clusters = [
    cluster('00', key('a1'), delta('a2'), sound),
    cluster('64', delta('b1'), sound),
    cluster('c8', key('c1'), delta('c2'), sound),
  ]
  const whole = Buffer.concat([head, ...clusters])
  const hole = head.length + 70

  test('it goes on with the next Cluster, and pictures with the next key frame', () => {
    for (const pieceSize of [1, 3, 50, whole.length]) {
      const reader = new MatroskaToFrames()
      const frames: Frame[] = []
      const push = (bytes: Uint8Array): void => {
        for (let at = 0; at < bytes.length; at += pieceSize)
          frames.push(...reader.push(bytes.subarray(at, at + pieceSize)))
      }
      push(whole.subarray(0, hole))
      reader.lost()
      push(whole.subarray(hole + 20))
      frames.push(...reader.flush())
      assert.deepEqual(listed(frames), [
        'vp8 0 0 key a1a1a1a1a1a1a1a1',
        'mp3 102 102 key fffb900000000000',
        'vp8 200 200 key c1c1c1c1c1c1c1c1',
        'vp8 201 201 - c2c2c2c2c2c2c2c2',
        'mp3 202 202 key fffb900000000000',
      ])
      const skipped = head.length + (clusters[0]?.length ?? 0) - hole - 20
      assert.equal(reader.faults.damagedUnits, 2)
      assert.ok(reader.faults.skippedBytes >= skipped && reader.faults.skippedBytes <= skipped + 44)
    }
  })

  test('it goes on with the next document', () => {
    const reader = new MatroskaToFrames()
    reader.push(whole.subarray(0, hole))
    reader.lost()
    const frames = [...reader.push(Buffer.concat([Buffer.alloc(9, 0xa3), whole])), ...reader.flush()]
    assert.equal(frames.length, 8)
  })

  test('nothing is made of it if the head is missing', () => {
    const reader = new MatroskaToFrames()
    reader.push(head.subarray(0, 60))
    reader.lost()
    const isRefusal = (error: unknown): boolean => error instanceof ProtocolError && error.fault === 'unexpected'
    assert.throws(() => reader.push(whole.subarray(head.length)), isRefusal)
  })
})

const encrypted = ebml('6d80', ebml('6240', ebml('5033', '01')))
const zlib = ebml('6d80', ebml('6240', ebml('5034')))
const hostile: readonly {
  readonly name: string
  readonly file: Buffer
  readonly fault: ProtocolFault
  readonly says: RegExp
}[] = [
  { name: 'no EBML', file: Buffer.from('RIFF....WAVE'), fault: 'malformed', says: /begins with an EBML header/ },
  { name: 'zeros', file: Buffer.alloc(20), fault: 'malformed', says: /length is 8 bytes at most/ },
  {
    name: 'another document type',
    file: ebml('1a45dfa3', ebml('4282', hexText('other'))),
    fault: 'unsupported',
    says: /type is matroska or webm/,
  },
  {
    name: 'longer IDs',
    file: ebml('1a45dfa3', ebml('4282', hexText('webm')), ebml('42f2', '05')),
    fault: 'unsupported',
    says: /EBMLMaxIDLength is 4 at most, is 5/,
  },
  {
    name: 'a block of 2^56 - 2 bytes',
    file: fileOf(tracksOf(mp3Entry), Buffer.from('a301fffffffffffffe', 'hex')),
    fault: 'malformed',
    says: /2\^53/,
  },
  {
    name: 'a block of 2^40 bytes',
    file: fileOf(tracksOf(mp3Entry), Buffer.from('a3 01000100 00000000'.replaceAll(' ', ''), 'hex')),
    fault: 'limit',
    says: /bytes at most, is 1099511627776/,
  },
  {
    name: 'a Void without end',
    file: fileOf(tracksOf(mp3Entry), Buffer.from('ec 01000100 00000000'.replaceAll(' ', ''), 'hex')),
    fault: 'limit',
    says: /bytes at most/,
  },
  {
    name: 'Tracks of unknown size',
    file: Buffer.concat([header, openEbml('18538067'), openEbml('1654ae6b')]),
    fault: 'malformed',
    says: /only Segment and Cluster/,
  },
  {
    name: 'a child beyond its parent',
    file: fileOf(ebml('1654ae6b', 'ae ff')),
    fault: 'malformed',
    says: /unknown size/,
  },
  {
    name: 'frames before tracks',
    file: fileOf(noise, ebml('e7', '00'), ebml('a3', '81 0000 80 01')),
    fault: 'unexpected',
    says: /tracks/,
  },
  {
    name: 'a Cluster without time',
    file: fileOf(tracksOf(mp3Entry), ebml('a3', '81 0000 80 01')),
    fault: 'unexpected',
    says: /time/,
  },
  {
    name: 'a block without header',
    file: fileOf(tracksOf(mp3Entry), ebml('e7', '00'), ebml('a3', '81')),
    fault: 'malformed',
    says: /header/,
  },
  {
    name: 'nothing that is carried',
    file: fileOf(tracksOf(subtitles)),
    fault: 'unsupported',
    says: /track 4: S_TEXT\/UTF8/,
  },
  {
    name: 'FLAC without its header',
    file: fileOf(tracksOf(flacEntry)),
    fault: 'unsupported',
    says: /A_FLAC has no CodecPrivate/,
  },
  { name: 'encryption', file: fileOf(tracksOf([...mp3Entry, encrypted])), fault: 'unsupported', says: /not encrypted/ },
  {
    name: 'zlib',
    file: fileOf(tracksOf([...mp3Entry, zlib])),
    fault: 'unsupported',
    says: /header stripping, is zlib/,
  },
  {
    name: 'two tracks of one number',
    file: fileOf(tracksOf(mp3Entry, mp3Entry)),
    fault: 'malformed',
    says: /of its own/,
  },
  {
    name: 'a hundred tracks',
    file: fileOf(tracksOf(...Array.from({ length: 100 }, (_, i) => [ebml('d7', numberOf(i)), ...mp3Entry.slice(1)]))),
    fault: 'limit',
    says: /64 at most/,
  },
  {
    name: 'a thousand tracks that are left out',
    file: fileOf(tracksOf(...Array.from({ length: 1000 }, () => subtitles))),
    fault: 'limit',
    says: /256 tracks/,
  },
  {
    name: 'a time scale of 0',
    file: fileOf(ebml('1549a966', ebml('2ad7b1', '00'))),
    fault: 'malformed',
    says: /TimestampScale is not 0/,
  },
  {
    name: 'times beyond numbers',
    file: fileOf(
      ...[Buffer.concat([ebml('1549a966', ebml('2ad7b1', 'ffffff')), tracksOf(mp3Entry)])],
      ...[ebml('e7', '00ffffffffffff'), ebml('a3', '81 0000 80 01')],
    ),
    fault: 'limit',
    says: /2\^53 ticks/,
  },
]

for (const { name, file, fault, says } of hostile) {
  test(`matroska to frames: ${name} is refused in words`, () => {
    const isRefusal = (error: unknown): boolean =>
      error instanceof ProtocolError && error.fault === fault && says.test(error.message)
    assert.throws(() => read(file), isRefusal)
    assert.throws(() => read(file, 1), isRefusal)
  })
}

test('matroska to frames: a file with flipped, lost and added bytes, told or not, gives frames or is refused', () => {
  const muxer = new MatroskaMuxer([videoTrack, audioTrack])
  const sample = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? videoFrame(40 * i, i === 0) : audioFrame(40 * i)))
  const whole = Buffer.concat([muxer.head, ...sample.flatMap(frame => muxer.write(frame, frame.dts as number).append)])
  const change = fc.record({
    at: fc.nat({ max: whole.length - 1 }),
    lost: fc.nat({ max: 12 }),
    added: fc.uint8Array({ maxLength: 12 }),
  })
  const property = fc.property(
    fc.array(change, { maxLength: 6 }),
    fc.integer({ min: 1, max: 500 }),
    fc.array(fc.nat({ max: 30 }), { maxLength: 2 }),
    (changes, size, lostBefore) => {
      const file = changes.reduce<Uint8Array>(
        (bytes, { at, lost, added }) => Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + lost)]),
        whole,
      )
      try {
        const { frames } = read(file, size, lostBefore)
        assert.ok(frames.reduce((sum, { payload }) => sum + payload.length, 0) <= file.length)
      } catch (error) {
        assert.ok(error instanceof ProtocolError, error instanceof Error ? error.stack : String(error))
      }
    },
  )
  fc.assert(property, { seed: 9559, numRuns: 1500 })
})
