import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatDuration, formatMpd } from './format-mpd.ts'
import type { Mpd } from './mpd.ts'

const live: Mpd = {
  type: 'dynamic',
  availabilityStart: 0,
  published: Date.UTC(2026, 10, 21, 9, 29, 51, 932),
  minimumUpdatePeriod: 2000,
  minBufferTime: 2000,
  timeShiftBufferDepth: 20_000,
  suggestedPresentationDelay: 6000,
  maxSegmentDuration: 2000,
  timeUrl: '/_time',
  periods: [
    {
      id: '17',
      start: 1_795_253_389_912,
      sets: [
        {
          id: 0,
          kind: 'audio',
          mimeType: 'audio/mp4',
          language: 'en',
          isIndependent: true,
          isMain: true,
          eventSchemes: ['urn:scte:scte35:2013:bin'],
          representation: {
            id: 'audio',
            codecs: 'mp4a.40.2',
            bandwidth: 75_204,
            sampleRate: 48_000,
            channels: 2,
            timescale: 48_000,
            presentationTimeOffset: 4800,
            initialization: 'audio-init-17.m4s?a=1&b=2',
            media: 'audio-t$Time$.m4s',
            timeline: [
              { time: 4800, duration: 96_256 },
              { time: 101_056, duration: 96_256 },
              { time: 197_312, duration: 95_232 },
              { time: 300_000, duration: 95_232 },
            ],
          },
        },
      ],
    },
  ],
}

test('mpd: no segment is longer than the longest, not by a fraction of a millisecond either', () => {
  // 88 frames of sound at 44.1 kHz, as encoders cut two seconds: ISO/IEC 23009-1 §5.3.1.2.
  const longest = formatMpd({ ...live, maxSegmentDuration: (88 * 1024 * 1000) / 44_100 })
  assert.match(longest, / maxSegmentDuration="PT2\.044S" /)
})

test('mpd: channels are told by their arrangement: ISO/IEC 23091-3', () => {
  const told = [1, 2, 6, 7, 8, 9].map(channels => {
    const [period] = live.periods
    const [set] = period?.sets ?? []
    assert.ok(period !== undefined && set !== undefined)
    const sets = [{ ...set, representation: { ...set.representation, channels } }]
    return /ChannelConfiguration" value="(\d+)"/.exec(formatMpd({ ...live, periods: [{ ...period, sets }] }))?.[1]
  })
  assert.deepEqual(told, ['1', '2', '6', '11', '12', undefined])
})

test('mpd: a live presentation of one track, with a hole', () => {
  assert.equal(
    formatMpd(live),
    `<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019" type="dynamic" minBufferTime="PT2S" maxSegmentDuration="PT2S" availabilityStartTime="1970-01-01T00:00:00.000Z" publishTime="2026-11-21T09:29:51.932Z" minimumUpdatePeriod="PT2S" timeShiftBufferDepth="PT20S" suggestedPresentationDelay="PT6S">
  <Period id="17" start="PT1795253389.912S">
    <AdaptationSet id="0" contentType="audio" mimeType="audio/mp4" lang="en" segmentAlignment="true" startWithSAP="1">
      <InbandEventStream schemeIdUri="urn:scte:scte35:2013:bin"/>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
      <Representation id="audio" codecs="mp4a.40.2" bandwidth="75204" audioSamplingRate="48000">
        <AudioChannelConfiguration schemeIdUri="urn:mpeg:mpegB:cicp:ChannelConfiguration" value="2"/>
        <SegmentTemplate timescale="48000" presentationTimeOffset="4800" initialization="audio-init-17.m4s?a=1&amp;b=2" media="audio-t$Time$.m4s">
          <SegmentTimeline>
            <S t="4800" d="96256" r="1"/>
            <S d="95232"/>
            <S t="300000" d="95232"/>
          </SegmentTimeline>
        </SegmentTemplate>
      </Representation>
    </AdaptationSet>
  </Period>
  <UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-xsdate:2014" value="/_time"/>
</MPD>
`,
  )
})

test('mpd: segments that begin anywhere do not say that they begin with a key frame', () => {
  const [period] = live.periods
  const sets = (period?.sets ?? []).map(set => ({ ...set, isIndependent: false }))
  assert.doesNotMatch(formatMpd({ ...live, periods: [{ id: '17', start: 0, sets }] }), /startWithSAP/)
})

test('mpd: with low latency, players are told when the media were made', () => {
  const [period] = live.periods
  const sets = (period?.sets ?? []).map(set => ({ ...set, eventSchemes: [], referenceTime: live.published }))
  const latency = { target: 928.798, longest: 2000 }
  const text = formatMpd({ ...live, latency, periods: [{ id: '17', start: 0, sets }] })
  const [, id] = /<Latency target="929" max="2000" referenceId="(\d+)"/.exec(text) ?? []
  const told = [
    `<ProducerReferenceTime id="${id}" inband="true" type="encoder" wallClockTime="2026-11-21T09:29:51.932Z" presentationTime="4800">`,
    '<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-xsdate:2014" value="/_time"/>',
    '</ProducerReferenceTime>',
  ]
  assert.ok(text.replaceAll(/\n */g, '').includes(told.join('')), text)
})

test('mpd: one that never changes tells its duration and nothing about updates', () => {
  const text = formatMpd({ ...live, type: 'static', duration: 90_500 })
  assert.match(text, /type="static".* mediaPresentationDuration="PT90.5S"/)
  assert.doesNotMatch(text, /availabilityStartTime|minimumUpdatePeriod|timeShiftBufferDepth/)
})

test('mpd: names cannot break out of their attributes', () => {
  const [period] = live.periods
  const text = formatMpd({ ...live, periods: [{ ...period, id: '"><x a=\'\u0001', start: 0, sets: [] }] })
  assert.match(text, /<Period id="&quot;&gt;&lt;x a='" start="PT0S"\/>/)
})

test('mpd: durations have no months', () => {
  assert.deepEqual([0, 40, 1500, 10_000, 3_600_000].map(formatDuration), [
    'PT0S',
    'PT0.04S',
    'PT1.5S',
    'PT10S',
    'PT3600S',
  ])
})
