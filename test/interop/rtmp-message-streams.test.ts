import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Message } from '../../src/protocols/rtmp/message.ts'
import { clip } from '../peers/clips.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { RtmpClient } from '../support/rtmp-client.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const hexOf = ({ payload }: Message): string => Buffer.from(payload).toString('hex')

test('message streams: a connection publishes on one and plays another on the other', async () => {
  await using server = await ServerProcess.start()
  await using ffmpeg = publishFile(server.rtmpUrl('live/theirs'), await clip('video.flv'), 10)
  await untilStream(server, 'live/theirs', ({ framesIn }) => framesIn > 10)

  await using client = await RtmpClient.connected(server.rtmpPort)
  const mine = await client.publish('mine')
  const theirs = await client.play('theirs')
  const bodies = opusBodies()
  bodies.forEach((payload, i) => client.message({ type: 8, streamId: mine, timestamp: i * 20, payload }))
  await untilStream(server, 'live/mine', ({ framesIn }) => framesIn === bodies.length - 1)
  await client.until(() => client.mediaOf(theirs).length > 60)
  await ffmpeg.close()
  assert.deepEqual(client.mediaOf(mine), [])
  assertStartsAtKeyFrame(client.mediaOf(theirs))
})

test('message streams: two plays of one connection do not get into each other', async () => {
  await using server = await ServerProcess.start()
  await using one = publishFile(server.rtmpUrl('live/one'), await clip('clip.flv'), 10)
  await using two = publishFile(server.rtmpUrl('live/two'), await clip('video.flv'), 10)
  for (const name of ['live/one', 'live/two']) await untilStream(server, name, ({ framesIn }) => framesIn > 10)

  await using client = await RtmpClient.connected(server.rtmpPort)
  const streams = [await client.play('one'), await client.play('two')]
  await client.until(() => streams.every(streamId => client.mediaOf(streamId).length > 60))
  for (const streamId of streams) assertStartsAtKeyFrame(client.mediaOf(streamId))

  await using alone = await RtmpClient.connected(server.rtmpPort)
  const again = await alone.play('one')
  await alone.until(() => alone.mediaOf(again).length > 60)
  for (const ffmpeg of [one, two]) await ffmpeg.close()
  assertSameMedia(client.mediaOf(streams[0] ?? 0), alone.mediaOf(again))
})

test('message streams: Opus in Enhanced RTMP passes through untouched, its sequence header to late players too', async () => {
  await using server = await ServerProcess.start()
  await using publisher = await RtmpClient.connected(server.rtmpPort)
  const streamId = await publisher.publish('opus')
  const bodies = opusBodies()
  bodies.forEach((payload, i) => publisher.message({ type: 8, streamId, timestamp: i * 20, payload }))
  await untilStream(server, 'live/opus', ({ framesIn }) => framesIn === bodies.length - 1)

  await using player = await RtmpClient.connected(server.rtmpPort, 'live', { fourCcList: ['*'] })
  const playing = await player.play('opus')
  await player.until(() => player.mediaOf(playing).length === bodies.length)
  assert.deepEqual(
    player.mediaOf(playing).map(hexOf),
    bodies.map(body => body.toString('hex')),
  )
})

/**
 * A sequence header with an Opus identification header, then 50 coded frames whose content does not matter here.
 *
 * @see Enhanced RTMP v2, ExAudioTagHeader: sound format 9, packet type 0 = SequenceStart, 1 = CodedFrames; RFC 7845 §5.1
 */
function opusBodies(): readonly Buffer[] {
  const header = Buffer.from('90' + '4f707573' + '4f70757348656164' + '01023801' + '80bb0000' + '000000', 'hex')
  const frame = (_: unknown, i: number): Buffer => Buffer.from(`914f707573fc${'ab'.repeat(i + 1)}`, 'hex')
  return [header, ...Array.from({ length: 50 }, frame)]
}

/** The first picture behind the sequence header is a key frame, and time never goes back within picture or sound. */
function assertStartsAtKeyFrame(media: readonly Message[]): void {
  const video = media.filter(({ type }) => type === 9)
  assert.deepEqual(
    video.slice(0, 2).map(message => hexOf(message).slice(0, 4)),
    ['1700', '1701'],
  )
  for (const type of [8, 9]) {
    const times = media.filter(message => message.type === type).map(({ timestamp }) => timestamp)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
  }
}

/** Where both have a message, by its time and content, they go on alike. */
function assertSameMedia(some: readonly Message[], others: readonly Message[]): void {
  const inWords = (message: Message): string => `${message.type} ${message.timestamp} ${hexOf(message)}`
  const [a, b] = [some.map(inWords), others.map(inWords)]
  const isSequenceHeader = (words: string): boolean => / (1700|af00)/.test(words)
  const frames = b.filter(words => !isSequenceHeader(words))
  const from = a.indexOf(frames[0] ?? '')
  assert.ok(from > 0, 'nothing in common')
  const both = Math.min(a.length - from, frames.length)
  assert.ok(both > 20, `${both} messages in common`)
  assert.deepEqual(a.slice(from, from + both), frames.slice(0, both))
}
