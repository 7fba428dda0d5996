import assert from 'node:assert/strict'
import { test } from 'vitest'
import { peers } from './catalog.ts'

const versions: { output: string; isGoodEnough: boolean }[] = [
  { output: 'ffmpeg version 5.1.9-0+deb12u1 Copyright … --enable-libx264', isGoodEnough: false },
  { output: 'ffmpeg version 6.1.1-3ubuntu5 Copyright … --enable-libx264', isGoodEnough: true },
  { output: 'ffmpeg version 7.1.5-0+deb13u1 Copyright … --enable-libx264', isGoodEnough: true },
  { output: 'ffmpeg version n10.0 Copyright … --enable-libx264', isGoodEnough: true },
  { output: 'ffmpeg version 7.1.5-0+deb13u1 Copyright …', isGoodEnough: false },
]

for (const { output, isGoodEnough } of versions) {
  test(`peers: "${output}" is ${isGoodEnough ? '' : 'not '}good enough`, () => {
    assert.equal(peers.find(peer => peer.name === 'ffmpeg')?.proof.holds(output), isGoodEnough)
  })
}

test('peers: FFmpeg 7.1 knows one track of few codecs in RTMP, FFmpeg 8 and 9 many of all', () => {
  const { holds } = peers.find(peer => peer.name === 'ffmpeg-9')?.proof ?? assert.fail()
  const outputs = ['ffmpeg version 7.1.5-0+deb13u1', 'ffmpeg version n8.0', 'ffmpeg version 9.0.2-4']
  assert.deepEqual(outputs.map(holds), [false, true, true])
})

test('peers: srt-live-transmit has the libsrt of the other programs', () => {
  const { holds } = peers.find(peer => peer.name === 'srt-live-transmit')?.proof ?? assert.fail()
  const outputs = ['1.4.4', '1.5.1', '1.5.4', '1.6.0'].map(
    version => `Built with …\nSRT Library version: ${version}, clock`,
  )
  assert.deepEqual(outputs.map(holds), [false, false, true, true])
})
