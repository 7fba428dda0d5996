import assert from 'node:assert/strict'
import { test } from 'vitest'
import { peers } from '../../scripts/peers/catalog.ts'
import { clip } from './clips.ts'
import { peerPath, startPeer } from './peers.ts'
import { Program } from './program.ts'

for (const { name, proof } of peers) {
  test(`peers: ${name} is here and good enough`, async () => {
    await using program = new Program(peerPath(name), proof.args)
    await program.untilDone()
    assert.ok(proof.holds(program.output), program.output)
  })
}

test('peers: the clip has B-frames, a keyframe each second and stereo AAC', async () => {
  const entries = 'packet=pts_time,dts_time,flags,codec_type:stream=codec_name,has_b_frames,channels,sample_rate'
  await using ffprobe = startPeer('ffprobe', [
    '-v',
    'error',
    '-of',
    'json',
    '-show_entries',
    entries,
    await clip('clip.flv'),
  ])
  const { packets, streams } = JSON.parse((await ffprobe.untilDone()).stdout.toString()) as ProbedClip
  const video = packets.filter(packet => packet.codec_type === 'video')
  assert.equal(video.length, 250)
  assert.equal(video.filter(packet => packet.flags.startsWith('K')).length, 10)
  assert.ok(video.some(packet => packet.pts_time !== packet.dts_time))
  assert.deepEqual(streams.map(stream => stream.codec_name).sort(), ['aac', 'h264'])
})

test('program: waiting for a line that never comes fails when the program ends', async () => {
  await using shell = new Program('/bin/sh', ['-c', 'echo hello; exit 3'])
  await assert.rejects(shell.untilPrinted(/bye/), /sh ended before printing \/bye\/.*hello/s)
  assert.equal((await shell.ended).code, 3)
})

test('program: closing it ends one that ignores being asked', async () => {
  const shell = new Program('/bin/sh', ['-c', 'trap "" TERM; echo ready; while true; do :; done'])
  await shell.untilPrinted(/ready/)
  assert.equal((await shell.close()).signal, 'SIGKILL')
})

test('program: one that does not exist ends with the reason', async () => {
  await using nothing = new Program('/does/not/exist', [])
  await assert.rejects(nothing.untilDone(), /ENOENT/)
})

type ProbedClip = {
  readonly packets: readonly { codec_type: string; pts_time: string; dts_time: string; flags: string }[]
  readonly streams: readonly { codec_name: string }[]
}
