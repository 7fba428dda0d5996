import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { hex } from '../../../test/support/protocol-faults.ts'
import { avcC, bodyOf, openTags, otherAvcC } from '../../../test/support/pushed-tags.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Track } from '../../media/track.ts'
import { tagTypes } from './tag-header.ts'

const { video, audio } = tagTypes

describe('Enhanced RTMP tags to frames: codecs', () => {
  test('H.265 is one codec, by FourCC and by codec id 12', () => {
    const { tags, push } = openTags()
    push(video, 0, '1c0000000001')
    push(video, 0, '906876633101')
    assert.deepEqual([tags.tracks.length, tags.tracks[0]?.codec, tags.tracks[0]?.generation], [1, 'h265', 0])
    const later = push(video, 40, '9168766331 000050 aa')
    assert.deepEqual([later?.dts, later?.pts, later?.isKey], [40, 120, true])
    assert.deepEqual(push(video, 80, 'a368766331 bb')?.payload, hex('bb'))
  })

  test('a track says whether its publisher named H.264 or AAC by FourCC', () => {
    const { tags, push } = openTags()
    push(video, 0, `9061766331${avcC}`)
    push(audio, 0, '906d7034611190')
    assert.deepEqual(
      tags.tracks.map(({ codec, hasFourCc }) => [codec, hasFourCc]),
      [
        ['h264', true],
        ['aac', true],
      ],
    )
    push(video, 0, `1700000000${otherAvcC}`)
    assert.equal(tags.tracks[0]?.hasFourCc, undefined)
  })

  test('AV1 frames have no temporal delimiter, and the track says whether there was one', () => {
    const { tags, push } = openTags()
    push(video, 0, '906176303181000c00')
    const bare = push(video, 0, '91617630310a01ff')
    assert.deepEqual([bare?.payload, bare?.track.isDelimited], [hex('0a01ff'), undefined])
    const delimited = push(video, 40, '916176303112000a01ff')
    assert.deepEqual([delimited?.payload, delimited?.track.isDelimited], [hex('0a01ff'), true])
    assert.deepEqual(delimited && bodyOf(delimited), hex('916176303112000a01ff'))
    assert.equal(push(video, 80, '916176303112000a01ff')?.track, delimited?.track)
    assert.equal(push(video, 80, '91617630311200'), undefined)
    assert.equal(tags.tracks.length, 1)
  })

  test('AV1 in the form of MPEG-2 TS passes through untouched', () => {
    const { tags, push } = openTags()
    assert.equal(push(video, 0, '9561763031800481000c00'), undefined)
    const frame = push(video, 0, '91617630310a01ff')
    assert.deepEqual([frame?.track.codec, frame?.isKey, frame?.payload], ['flv-video', true, hex('91617630310a01ff')])
    assert.deepEqual(tags.tracks[0]?.config, hex('9561763031800481000c00'))
    push(video, 40, '906176303181000c00')
    assert.equal(push(video, 40, '91617630310a01ff')?.track.codec, 'av1')
  })

  test('codecs that need a configuration wait for it, the others do not', () => {
    const { tags, push } = openTags()
    for (const body of ['9161763031aa', '9168766331000000aa', '9176766331000000aa'])
      assert.equal(push(video, 0, body), undefined)
    assert.equal(push(audio, 0, '91664c6143ff'), undefined)
    assert.equal(tags.framesBeforeConfig, 4)
    assert.equal(push(video, 0, '9176703038aa')?.track.codec, 'vp8')
    for (const [body, codec] of [
      ['914f707573fc', 'opus'],
      ['9161632d330b77', 'ac3'],
      ['9165632d330b77', 'eac3'],
    ] as const) {
      assert.equal(push(audio, 0, body)?.track.codec, codec)
    }
  })

  test('FLAC of FFmpeg 9.0, which sends STREAMINFO alone, has a whole configuration', () => {
    const { tags, push } = openTags()
    const streamInfo = '0400040000000000 10980bb802f0'.padEnd(69, '0')
    push(audio, 0, `90664c6143 ${streamInfo}`)
    const [track] = tags.tracks
    assert.deepEqual(track?.config, hex(`664c6143 80000022 ${streamInfo}`))
    assert.deepEqual([track?.audio?.sampleRate, track?.audio?.channels], [48_000, 2])
    push(audio, 0, `90664c6143 664c6143 80000022 ${streamInfo}`)
    assert.equal(tags.tracks[0], track)
  })

  test('a nanosecond offset stays with its frame', () => {
    const { push } = openTags()
    assert.equal(push(video, 0, '97 02 000064 01 76703039 aa')?.nanoOffset, 100)
    assert.equal(push(video, 40, '91 76703039 aa')?.nanoOffset, undefined)
    assert.equal(push(audio, 0, '97 02 0f423f 01 4f707573 fc')?.nanoOffset, 999_999)
  })
})

describe('Enhanced RTMP tags to frames: what is told beside the configuration', () => {
  const colors = '020009636f6c6f72496e666f 03 000a686472436c6c 05 000009'

  test('colours are a new generation of the track, told or taken back', () => {
    const { tags, push } = openTags()
    push(video, 0, `1700000000${avcC}`)
    assert.equal(push(video, 0, `d461766331${colors}`), undefined)
    const told = tags.tracks[0]
    assert.deepEqual([told?.generation, told?.video?.colorInfo, told?.video?.width], [1, hex(colors), 64])
    push(video, 40, `d461766331${colors}`)
    assert.equal(tags.tracks[0], told)
    push(video, 40, `1700000000${otherAvcC}`)
    const facts = (): Track['video'] => tags.tracks[0]?.video
    const generations = (): number[] => tags.tracks.map(track => track.generation)
    assert.deepEqual([facts()?.width, facts()?.colorInfo], [1920, hex(colors)])
    push(video, 80, 'd461766331 020009636f6c6f72496e666f 06')
    assert.deepEqual([generations(), facts()?.colorInfo], [[3], undefined])
  })

  test('colours that come first are told with the configuration', () => {
    const { tags, push } = openTags()
    push(video, 0, `d461766331${colors}`)
    assert.equal(tags.tracks.length, 0)
    push(video, 0, `1700000000${avcC}`)
    assert.deepEqual([tags.tracks[0]?.generation, tags.tracks[0]?.video?.colorInfo], [0, hex(colors)])
  })

  test('the order of channels is a new generation of the track', () => {
    const { tags, push } = openTags()
    push(audio, 0, 'af001190')
    assert.equal(push(audio, 0, '946d703461 01060000003f'), undefined)
    const [told] = tags.tracks
    assert.deepEqual([told?.generation, told?.audio?.channelOrder], [1, hex('01060000003f')])
    push(audio, 40, '946d703461 01060000003f')
    assert.equal(tags.tracks[0], told)
  })
})

describe('Enhanced RTMP tags to frames: multitrack', () => {
  test('each track of a message is a track, with an id and a generation of its own', () => {
    const { tags, push, pushAll } = openTags()
    push(video, 0, `1700000000${avcC}`)
    push(video, 0, `96 00 61766331 01 ${otherAvcC}`)
    push(video, 0, '96 00 61763031 02 81000c00')
    const described = tags.tracks.map(({ kind, index, codec, generation }) => [kind, index, codec, generation])
    assert.deepEqual(described, [
      ['video', 0, 'h264', 0],
      ['video', 1, 'h264', 0],
      ['video', 2, 'av1', 0],
    ])
    const frames = pushAll(
      video,
      40,
      '96 21 61766331 00 000004 000050aa 61766331 01 000004 000000bb 61763031 02 000001 0a',
    )
    assert.deepEqual(
      frames.map(({ track, dts, pts, isKey }) => [track.index, dts, pts, isKey]),
      [
        [0, 40, 120, true],
        [1, 40, 40, true],
        [2, 40, 40, true],
      ],
    )
    assert.deepEqual(
      frames.map(frame => frame.payload),
      [hex('aa'), hex('bb'), hex('0a')],
    )
  })

  test('video and audio tracks of the same number are different tracks', () => {
    const { tags, push } = openTags()
    push(video, 0, '96 01 76703039 01 aa')
    push(audio, 0, '95 01 4f707573 01 aa')
    assert.equal(new Set(tags.tracks.map(track => track.id)).size, 2)
    assert.deepEqual(
      tags.tracks.map(({ kind, index }) => [kind, index]),
      [
        ['video', 1],
        ['audio', 1],
      ],
    )
  })

  test('a track that its publisher begins far from the others keeps its own clock', () => {
    const { push } = openTags()
    push(video, 0, '91 76703039 aa')
    const other = push(video, 0, '96 01 76703039 01 aa')
    assert.equal(push(video, 40, '91 76703039 aa')?.dts, 40)
    assert.equal(push(video, 40, '96 01 76703039 01 aa')?.dts, (other?.dts ?? 0) + 40)
  })

  test('more tracks than a publisher may have are its fault', () => {
    const { push } = openTags()
    const next = (trackId: number) => push(audio, 0, `95 01 4f707573 ${trackId.toString(16).padStart(2, '0')} aa`)
    for (let trackId = 0; trackId < 64; trackId++) assert.ok(next(trackId))
    assert.throws(() => next(64), ProtocolError)
    assert.ok(next(63))
  })
})
