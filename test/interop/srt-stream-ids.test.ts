import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { pollUntil } from '../support/polling.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { gstreamer, srtLiveTransmit } from '../support/srt-pipes.ts'

/** A transport stream begins with its program association table. */
const firstPacket = /G@\0/

let server: ServerProcess
let source: Program

/** FFmpeg prints a clip as a transport stream, again and again. */
async function startSource(): Promise<Program> {
  const input = ['-v', 'error', '-re', '-stream_loop', '-1', '-i', await clip('clip.flv')]
  return startPeer('ffmpeg', [...input, '-c', 'copy', '-f', 'mpegts', '-'])
}

beforeAll(async () => {
  server = await ServerProcess.start('--auth-mode', 'token', '--auth-token', 'live/**=s3cret')
  source = await startSource()
})
afterAll(async () => {
  await source.close()
  await server[Symbol.asyncDispose]()
})

/** Stream ids that publish, and one that plays the same stream. */
const forms = [
  ['publish:live/a?token=s3cret', 'read:live/a?token=s3cret'],
  ['publish:live/b:eva:s3cret', 'play:live/b:eva:s3cret'],
  ['publish:/live/c?token=s3cret', 'request:live/c?token=s3cret'],
  ['#!::r=live/d,m=publish,s=s3cret', '#!::r=live/d,m=request,s=s3cret'],
  ['#!::u=eva,s=s3cret,m=publish,r=live/e', '#!::r=live/e,u=eva,s=s3cret'],
  ['#!::r=live/f,m=publish,t=stream,h=example.com,token=s3cret,x-model=cam:7', '#!::r=live/f,token=s3cret,sid=8'],
  ['live/g?token=s3cret', 'live/g?token=s3cret'],
] as const

describe('srt stream ids', () => {
  for (const [publish, play] of forms) {
    test(`${publish} publishes, ${play} plays`, async () => {
      await using publisher = srtLiveTransmit.to(server.srtUrl(publish))
      source.pipeTo(publisher)
      const name = /live\/\w/.exec(publish)?.[0] ?? ''
      await untilStream(server, name, ({ publisher: by, framesIn }) => by?.protocol === 'srt' && framesIn > 0)
      await using player = srtLiveTransmit.from(server.srtUrl(play))
      await player.untilPrinted(firstPacket)
    })
  }

  test('GStreamer takes what is percent-encoded', async () => {
    await using publisher = gstreamer.to(server.srtUrl('#!::r=live/h,m=publish,u=eva,s=s3cret'))
    source.pipeTo(publisher)
    await untilStream(server, 'live/h', ({ framesIn }) => framesIn > 0)
    await using player = gstreamer.from(server.srtUrl('#!::r=live/h,u=eva,s=s3cret'))
    await player.untilPrinted(firstPacket)
  })

  for (const [streamId, code, reason] of [
    ['', 400, 'Wrong stream id: it is empty'],
    ['#!{r=live/x}', 400, 'Wrong stream id: keys must be separated by commas, behind "#!::"'],
    ['#!::r=live/x,m=bidirectional', 405, 'Wrong stream id: its mode "m" must be "publish" or "request"'],
    ['#!::r=live/x,t=file', 415, 'Wrong stream id: its type "t" must be "stream"'],
    ['publish:live/../x', 400, 'Publish of "live/../x" refused: the name is not a valid stream name'],
    ['publish:live/x', 401, 'Publish of "live/x" refused: a token or a password is needed'],
    ['read:live/x?token=guess', 401, 'Play of "live/x" refused: the token is wrong'],
    ['#!::r=live/x,u=eva,s=guess', 401, 'Play of "live/x" refused: the token is wrong'],
    ['publish:other/x?token=s3cret', 403, 'Publish of "other/x" refused: the token does not allow it'],
    ['read:live/nobody?token=s3cret', 404, 'Play of "live/nobody" refused: nobody publishes it'],
  ] as const) {
    test(`"${streamId}" is told ${code}`, async () => {
      await using peer = srtLiveTransmit.from(server.srtUrl(streamId))
      await peer.untilPrinted(new RegExp(`rejection HS response: ERROR:PREDEFINED:${code}\\n`))
      const told = `"msg":${JSON.stringify(`Connection closed: ${reason}`)}`
      await pollUntil(told, async () => (server.program.output.includes(told) ? true : undefined))
    })
  }

  test('a second publisher is told 409', async () => {
    await using first = srtLiveTransmit.to(server.srtUrl('publish:live/i?token=s3cret'))
    source.pipeTo(first)
    await untilStream(server, 'live/i', ({ framesIn }) => framesIn > 0)
    await using second = srtLiveTransmit.to(server.srtUrl('publish:live/i?token=s3cret'))
    await second.untilPrinted(/rejection HS response: ERROR:PREDEFINED:409\n/)
  })

  test('nothing of it is a secret that got out', () => {
    assert.ok(!server.program.output.includes('s3cret'))
  })
})
