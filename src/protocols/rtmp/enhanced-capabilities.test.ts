import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { type AmfObject, amfObject, EcmaArray } from '../../formats/amf/amf-value.ts'
import type { FlvProfile } from '../../formats/flv/flv-profile.ts'
import { enhancedCapabilities, ownCapabilities } from './enhanced-capabilities.ts'
import { playerProfile, type UndeclaredPlayers } from './player-profile.ts'

const codecsOf = (fields: AmfObject): string[] | undefined => {
  const { codecs } = enhancedCapabilities(fields)
  return codecs && [...codecs].sort()
}

const profileOf = (fields: AmfObject, undeclared: UndeclaredPlayers = 'auto'): FlvProfile => {
  const flashVer = typeof fields['flashVer'] === 'string' ? fields['flashVer'] : ''
  return playerProfile({ enhanced: enhancedCapabilities(fields), flashVer }, undeclared)
}

/** What FFmpeg 5.1 and 7.1 say when they play. */
const ffmpeg = {
  flashVer: 'LNX 9,0,124,2',
  fpad: false,
  capabilities: 15,
  audioCodecs: 4071,
  videoCodecs: 252,
  videoFunction: 1,
}

test('capabilities: of FFmpeg as a player are not declared', () => {
  assert.deepEqual(enhancedCapabilities(ffmpeg), {
    codecs: undefined,
    takesAnyCodec: false,
    canReconnect: false,
    isMultitrack: false,
    hasNanoOffset: false,
    hasColorInfo: false,
  })
})

/** Worked out by hand from Enhanced RTMP v2, Enhancing NetConnection connect Command. */
const declared: { name: string; fields: AmfObject; codecs: string[] | undefined }[] = [
  {
    name: 'FFmpeg 7.1 with -rtmp_enhanced_codecs',
    fields: { fourCcList: ['vp09', 'av01', 'hvc1'] },
    codecs: ['av1', 'h265', 'vp9'],
  },
  { name: 'a list with strangers', fields: { fourCcList: ['Opus', 'xyz1', 7, null] }, codecs: ['opus'] },
  { name: 'an empty list', fields: { fourCcList: [] }, codecs: [] },
  { name: 'no list but a text', fields: { fourCcList: 'hvc1' }, codecs: undefined },
  {
    name: 'a map of what can be decoded',
    fields: { videoFourCcInfoMap: amfObject({ av01: 3, hvc1: 1 }) },
    codecs: ['av1', 'h265'],
  },
  {
    name: 'a codec that can only be encoded',
    fields: { videoFourCcInfoMap: amfObject({ av01: 2, hvc1: 4 }) },
    codecs: ['h265'],
  },
  {
    name: 'maps of both kinds, as arrays with names',
    fields: { videoFourCcInfoMap: new EcmaArray({ vp08: 1 }), audioFourCcInfoMap: new EcmaArray({ 'ac-3': 1 }) },
    codecs: ['ac3', 'vp8'],
  },
  { name: 'masks that are no numbers', fields: { audioFourCcInfoMap: amfObject({ Opus: 'yes' }) }, codecs: [] },
]

for (const { name, fields, codecs } of declared) {
  test(`capabilities: ${name}`, () => assert.deepEqual(codecsOf(fields), codecs))
}

for (const fields of [{ fourCcList: ['*'] }, { videoFourCcInfoMap: amfObject({ '*': 4, av01: 2 }) }]) {
  test(`capabilities: ${Object.keys(fields).join()} with * takes whatever there is`, () => {
    const capabilities = enhancedCapabilities(fields)
    assert.deepEqual([capabilities.takesAnyCodec, capabilities.codecs?.size], [true, 12])
  })
}

test('capabilities: flags', () => {
  const flagsOf = (fields: AmfObject): boolean[] => {
    const { canReconnect, isMultitrack, hasNanoOffset, hasColorInfo } = enhancedCapabilities(fields)
    return [canReconnect, isMultitrack, hasNanoOffset, hasColorInfo]
  }
  assert.deepEqual(flagsOf({ capsEx: 1 }), [true, false, false, false])
  assert.deepEqual(flagsOf({ capsEx: 2 }), [false, true, false, false])
  // A nanosecond offset comes in a ModEx.
  assert.deepEqual(flagsOf({ capsEx: 8 }), [false, false, false, false])
  assert.deepEqual(flagsOf({ capsEx: 12 }), [false, false, true, false])
  assert.deepEqual(flagsOf({ capsEx: '15', videoFunction: 2 }), [false, false, false, true])
})

test('capabilities: our own are those of somebody who passes on everything', () => {
  const { takesAnyCodec, canReconnect, isMultitrack, hasNanoOffset } = enhancedCapabilities(ownCapabilities())
  assert.deepEqual([takesAnyCodec, canReconnect, isMultitrack, hasNanoOffset], [true, true, true, true])
})

test('capabilities: any fields are read', () => {
  const value = fc.oneof(fc.anything({ withDate: true }), fc.constant(new EcmaArray({ '*': 1 })))
  const names = fc.constantFrom('fourCcList', 'videoFourCcInfoMap', 'audioFourCcInfoMap', 'capsEx', 'videoFunction')
  const fields = fc.dictionary(names, value)
  fc.assert(
    fc.property(fields, anything => {
      const profile = profileOf(anything as AmfObject)
      assert.ok(profile.legacy.has('h264'))
    }),
    { seed: 12, numRuns: 500 },
  )
})

test('player profile: one that says nothing gets what its name or the operator says', () => {
  const known = (flashVer: string, undeclared: UndeclaredPlayers): number[] => {
    const { legacy, fourCcs } = profileOf({ flashVer }, undeclared)
    return [legacy.size, fourCcs.size]
  }
  // Captured from FFmpeg 5.1, 7.1 and 9.0; GStreamer 1.26 says none, rtmpdump 2.4 the other.
  assert.deepEqual(known('LNX 9,0,124,2', 'auto'), [3, 12])
  for (const other of ['', 'LNX 10,0,32,18']) assert.deepEqual(known(other, 'auto'), [3, 0])
  assert.deepEqual(known('', 'enhanced'), [3, 12])
  assert.deepEqual(known('LNX 9,0,124,2', 'legacy'), [4, 0])
})

test('player profile: the same capabilities have the same name, others another', () => {
  const nameOf = (fields: AmfObject): string => profileOf(fields).name
  assert.equal(nameOf({ fourCcList: ['av01', 'hvc1'] }), nameOf({ fourCcList: ['hvc1', 'av01', 'xyz1'] }))
  assert.notEqual(nameOf({ fourCcList: ['av01'] }), nameOf({ fourCcList: ['av01'], capsEx: 2 }))
  assert.notEqual(nameOf({ fourCcList: [] }), nameOf({}))
})

test('player profile: H.265 has no legacy form for one that announces others', () => {
  const profile = profileOf({ fourCcList: ['av01'] })
  assert.deepEqual(
    [profile.legacy.has('h265'), profile.fourCcs.has('h265'), profile.legacy.has('aac')],
    [false, false, true],
  )
})
