import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { readFlvFixture } from '../../../test/support/flv-fixture.ts'
import { hex } from '../../../test/support/protocol-faults.ts'
import { avcC, bodyOf, openTags, otherAvcC } from '../../../test/support/pushed-tags.ts'
import { ProtocolError } from '../../core/errors.ts'
import { Timeline } from '../../media/timeline.ts'
import type { Track } from '../../media/track.ts'
import { FlvFileReader } from './flv-file-reader.ts'
import { archiveProfile } from './flv-profile.ts'
import { configTagBodies, isTimeless, tagTime, tagType } from './frame-to-tag.ts'
import { tagTypes } from './tag-header.ts'
import { TagsToFrames } from './tags-to-frames.ts'

const metadata = '02000a6f6e4d65746144617461 0800000000 000009'

const { video, audio, script } = tagTypes

for (const name of ['h264-aac', 'mp3', 'av1']) {
  test(`tags to frames: FFmpeg's ${name} and back gives the same bytes`, () => {
    const tags = new TagsToFrames(new Timeline())
    let tracks: readonly Track[] = []
    let [frames, configs, ends] = [0, 0, 0]
    for (const { type, timestamp, body } of new FlvFileReader().push(readFlvFixture(name))) {
      const [frame] = tags.push(type, timestamp, body)
      const changed = tags.tracks.filter(track => !tracks.includes(track))
      tracks = tags.tracks
      if (frame !== undefined) {
        assert.deepEqual([tagType(frame), tagTime(frame)], [type, timestamp])
        assert.deepEqual(bodyOf(frame), body)
        frames++
      } else if (changed[0] !== undefined) {
        assert.ok(configTagBodies(changed[0], archiveProfile).some(config => Buffer.from(config).equals(body)))
        configs++
      } else ends++
    }
    const counts = { 'h264-aac': [89, 2, 1], mp3: [22, 0, 0], av1: [6, 2, 0] }[name]
    assert.deepEqual([frames, configs, ends], counts)
    assert.equal(tags.framesBeforeConfig, 0)
  })
}

test('tags to frames: facts of FFmpeg’s H.264 and AAC', () => {
  const tags = new TagsToFrames(new Timeline())
  for (const tag of new FlvFileReader().push(readFlvFixture('h264-aac'))) tags.push(tag.type, tag.timestamp, tag.body)
  const facts = tags.tracks.map(({ config, ...track }) => ({ ...track, hasConfig: config !== undefined }))
  const common = { generation: 0, timescale: 1000, hasConfig: true }
  assert.deepEqual(facts, [
    {
      ...common,
      id: 0,
      kind: 'video',
      codec: 'h264',
      index: 0,
      codecLabel: 'H.264',
      video: { width: 98, height: 58, frameRate: 25, codecString: 'avc1.f4000a' },
    },
    {
      ...common,
      id: 1,
      kind: 'audio',
      codec: 'aac',
      index: 0,
      codecLabel: 'AAC',
      audio: { sampleRate: 48000, channels: 2, codecString: 'mp4a.40.2' },
    },
    { ...common, id: 2, kind: 'data', codec: 'amf0', index: 0, codecLabel: 'AMF0' },
  ])
})

describe('tags to frames: configuration', () => {
  test('the same bytes again are the same track, other bytes the next generation', () => {
    const { tags, push } = openTags()
    assert.equal(push(video, 0, `1700000000${avcC}`), undefined)
    const [first] = tags.tracks
    const list = tags.tracks
    assert.equal(push(video, 0, `1700000000${avcC}`), undefined)
    assert.equal(tags.tracks, list)
    assert.equal(push(video, 40, '1701000000aa')?.track, first)
    push(video, 80, `1700000000${otherAvcC}`)
    const [second] = tags.tracks
    assert.deepEqual([second?.id, second?.generation, second?.video?.width], [0, 1, 1920])
    assert.equal(push(video, 80, '2701000000aa')?.track, second)
  })

  test('another codec is the next generation; frames of the old one are dropped', () => {
    const { tags, push } = openTags()
    push(video, 0, `1700000000${avcC}`)
    push(video, 0, '1c0000000001')
    assert.deepEqual([tags.tracks[0]?.codec, tags.tracks[0]?.generation], ['h265', 1])
    assert.equal(push(video, 40, '1701000000aa'), undefined)
    assert.equal(push(video, 40, '1c01000000aa')?.track.codec, 'h265')
    assert.equal(tags.framesBeforeConfig, 1)
  })

  test('frames before it are dropped and counted', () => {
    const { tags, push } = openTags()
    assert.equal(push(video, 0, '1701000000aa'), undefined)
    assert.equal(push(audio, 0, 'af01aa'), undefined)
    assert.equal(tags.framesBeforeConfig, 2)
    assert.deepEqual(tags.tracks, [])
  })

  test('what cannot be parsed has no facts, and the frames pass', () => {
    const { tags, push } = openTags()
    push(video, 0, '1700000000ff')
    push(audio, 0, 'af0016')
    assert.deepEqual(
      tags.tracks.map(track => [track.codec, track.video, track.audio]),
      [
        ['h264', undefined, undefined],
        ['aac', undefined, undefined],
      ],
    )
    assert.ok(push(video, 0, '1701000000aa'))
  })

  test('an empty one is ignored', () => {
    const { tags, push } = openTags()
    push(video, 0, '1700000000')
    push(audio, 0, 'af00')
    assert.deepEqual(tags.tracks, [])
  })

  test('its timestamp says nothing: a header stamped 0 in mid-stream is no jump', () => {
    const timeline = new Timeline()
    const tags = new TagsToFrames(timeline)
    tags.push(video, 900_000, hex(`1700000000${avcC}`))
    tags.push(video, 900_000, hex('1701000000aa'))
    tags.push(video, 0, hex(`1700000000${otherAvcC}`))
    assert.equal(tags.push(video, 900_040, hex('1701000000aa'))[0]?.dts, 900_040)
    assert.equal(timeline.jumps, 0)
  })
})

describe('tags to frames: frames', () => {
  test('pts is dts and composition time, also backwards', () => {
    const { push } = openTags()
    push(video, 0, `1700000000${avcC}`)
    const later = push(video, 1000, '170100005000000206')
    assert.deepEqual([later?.dts, later?.pts, later?.isKey], [1000, 1080, true])
    const earlier = push(video, 1040, '2701ffffd8aa')
    assert.deepEqual([earlier?.dts, earlier?.pts, earlier?.isKey], [1040, 1000, false])
  })

  test('the payload is a view of the body', () => {
    const { tags, push } = openTags()
    push(audio, 0, 'af001190')
    const body = hex('af0101020304')
    const [frame] = tags.push(audio, 0, body)
    assert.equal(frame?.payload.buffer, body.buffer)
    assert.deepEqual(frame?.payload, hex('01020304'))
  })

  test('empty bodies and payloads, ends and seek marks are none', () => {
    const { tags, push } = openTags()
    push(video, 0, `1700000000${avcC}`)
    push(audio, 0, 'af001190')
    for (const body of ['', '1701000000', '1702000000', '1702', '5700', '9261763031']) {
      assert.equal(push(video, 0, body), undefined)
    }
    for (const body of ['', 'af01', '2f', '924f707573']) assert.equal(push(audio, 0, body), undefined)
    assert.equal(tags.framesBeforeConfig, 0)
  })

  test('a malformed head is the peer’s fault', () => {
    assert.throws(() => openTags().push(video, 0, '1709000000'), ProtocolError)
    assert.throws(() => openTags().push(audio, 0, 'af09'), ProtocolError)
  })
})

test('tags to frames: MP3 changes generation with its rate or channels, not where a header is missing', () => {
  const { push } = openTags()
  const generationOf = (body: string): number | undefined => push(audio, 0, body)?.track.generation
  const generations = ['2ffffb9064', '2ffffb9264', '2f00112233', '2ffffb5064', '2ffffb54c4', '2ffffb54c4'].map(
    generationOf,
  )
  assert.deepEqual(generations, [0, 0, 0, 0, 1, 1])
})

describe('tags to frames: script data', () => {
  test('onMetaData is the configuration of its track and a frame', () => {
    const { tags, push } = openTags()
    const first = push(script, 0, metadata)
    assert.deepEqual([first?.track.id, first?.track.generation, first?.dts], [2, 0, 0])
    assert.deepEqual(first?.track.config, hex(metadata))
    assert.deepEqual(first?.payload, hex(metadata))
    assert.equal(push(script, 0, metadata)?.track, first?.track)
    assert.equal(push(script, 0, `${metadata}05`)?.track.generation, 1)
    assert.equal(tags.tracks.length, 1)
  })

  test('onMetaData that comes again is the configuration itself, which belongs to no moment', () => {
    const { push } = openTags()
    push(script, 0, metadata)
    const again = push(script, 40, metadata)
    assert.ok(again && isTimeless(again))
  })

  test('other data are frames of the same track', () => {
    const { push } = openTags()
    const cue = push(script, 0, '02000a6f6e437565506f696e74 05')
    assert.equal(cue?.track.config, undefined)
    const track = push(script, 0, metadata)?.track
    assert.equal(push(script, 0, '02000a6f6e437565506f696e74 05')?.track, track)
  })

  test('stamped 0 in mid-stream, they go with the newest frame', () => {
    const { push } = openTags()
    push(audio, 0, 'af001190')
    push(audio, 700_000, 'af01aa')
    assert.equal(push(script, 0, metadata)?.dts, 700_000)
    assert.equal(push(audio, 700_023, 'af01aa')?.dts, 700_023)
  })
})

describe('tags to frames: codecs that pass through', () => {
  test('a FourCC that we do not know: configuration and frames are whole bodies', () => {
    const { tags, push } = openTags()
    assert.equal(push(video, 0, '9078797a3181000c00'), undefined)
    const [track] = tags.tracks
    assert.deepEqual([track?.codec, track?.codecLabel, track?.generation], ['flv-video', 'xyz1', 0])
    assert.deepEqual(track?.config, hex('9078797a3181000c00'))
    push(video, 0, '9078797a3181000c00')
    const key = push(video, 0, '9178797a3112000a')
    assert.deepEqual([key?.track, key?.isKey, key?.payload], [track, true, hex('9178797a3112000a')])
    assert.equal(push(video, 40, 'a178797a3112001a')?.isKey, false)
    assert.deepEqual(key && bodyOf(key), hex('9178797a3112000a'))
  })

  test('Speex needs no configuration', () => {
    const { push } = openTags()
    const frame = push(audio, 20, 'b2aabb')
    assert.deepEqual(
      [frame?.track.codec, frame?.track.codecLabel, frame?.track.config],
      ['flv-audio', 'Speex', undefined],
    )
    assert.deepEqual([frame?.isKey, frame?.dts, frame?.payload], [true, 20, hex('b2aabb')])
    assert.equal(push(audio, 40, 'b2aabb')?.track, frame?.track)
    assert.equal(push(audio, 60, '72aabb')?.track.generation, 1)
  })

  test('messages that we do not know have tracks of their own and leave the others alone', () => {
    const { tags, push } = openTags()
    push(video, 0, `1700000000${avcC}`)
    const main = push(video, 0, '1701000000aa')?.track
    const beside = push(video, 0, '963161763031')
    const sound = push(audio, 0, '95316d703461')
    assert.deepEqual([beside?.track.id, beside?.track.kind, beside?.track.codec], [3, 'data', 'flv-video'])
    assert.deepEqual([sound?.track.id, sound?.track.kind, sound?.track.codec], [4, 'data', 'flv-audio'])
    assert.deepEqual([beside && tagType(beside), sound && tagType(sound)], [9, 8])
    assert.equal(push(video, 40, '2701000000aa')?.track, main)
    assert.deepEqual(push(video, 40, '96 01 78797a31 01 aa')?.payload, hex('96 01 78797a31 01 aa'))
    assert.equal(tags.tracks.length, 3)
  })
})

test('tags to frames: any tags are frames or the peer’s fault', () => {
  const head = fc
    .constantFrom('17', '27', '1c', '90', '96', 'af', '2f', '95', 'b2', '02', '9161763031', '9076703039', '944f707573')
    .map(hex)
  const body = fc.tuple(head, fc.uint8Array({ maxLength: 24 })).map(([first, rest]) => Uint8Array.of(...first, ...rest))
  const tag = fc.tuple(fc.constantFrom(video, audio, script), fc.nat(0xffffffff), body)
  fc.assert(
    fc.property(fc.array(tag, { maxLength: 20 }), tagsOfPeer => {
      const tags = new TagsToFrames(new Timeline())
      for (const [type, timestamp, bytes] of tagsOfPeer) {
        try {
          for (const frame of tags.push(type, timestamp, bytes)) {
            assert.ok(frame.payload.length > 0 && tags.tracks.includes(frame.track))
            assert.ok(bodyOf(frame).length >= frame.payload.length)
          }
        } catch (error) {
          assert.ok(error instanceof ProtocolError, String(error))
        }
      }
    }),
    { seed: 1018, numRuns: 1000 },
  )
})
