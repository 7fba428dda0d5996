import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import type { StreamDetail } from '../../src/api/stream-schema.ts'
import { type ClipName, clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { framesOf, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { watchPlaylists } from '../support/hls-watcher.ts'
import { logLines, metric, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { assertTogether, stretchesOf } from '../support/stretches.ts'

/** Takes connections, and says nothing. */
class SilentServer implements AsyncDisposable {
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async listen(): Promise<SilentServer> {
    const server = createServer(socket => socket.on('error', () => undefined))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new SilentServer(server)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
  }
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-inputs-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Input = string | { readonly url: string; readonly [key: string]: unknown }

type Streams = Readonly<Record<string, object>>

/** A server with a stream `live/test` that has these inputs, and with others. */
async function serverWith(inputs: readonly Input[], more: object = {}, others: Streams = {}): Promise<ServerProcess> {
  const config = join(folder, `${process.hrtime.bigint()}.yaml`)
  const streams = { 'live/test': { inputs, failback: { hold: '2s' }, ...more }, ...others }
  await writeFile(config, JSON.stringify({ streams }))
  return ServerProcess.start('--config', config, '--hub-resume-timeout', '500ms')
}

/** Three parts of one clip: the same configuration, other frames. */
async function parts(name: ClipName = 'clip.mp4'): Promise<readonly string[]> {
  const spans = [0, 3, 6].map(start => ['-ss', `${start}`, '-t', '2.5'])
  return Promise.all(
    spans.map(async (span, at) => {
      const path = join(folder, `${process.hrtime.bigint()}-${at}.flv`)
      const args = ['-v', 'error', ...span, '-i', await clip(name), '-c', 'copy', path]
      await using ffmpeg = startPeer('ffmpeg', args)
      await ffmpeg.untilDone()
      return path
    }),
  )
}

/** An encoder that sends a file again and again, as fast as it is played. */
function encoder(path: string, format: 'flv' | 'mpegts', url: string): Program {
  const input = ['-v', 'error', '-re', '-stream_loop', '-1', '-i', path]
  return startPeer('ffmpeg', [...input, '-c', 'copy', '-f', format, url])
}

/** Number of the input that is on air. */
async function untilOnAir(server: ServerProcess, number: number): Promise<void> {
  await untilStream(server, 'live/test', ({ inputs }) => inputs?.items.find(({ onAir }) => onAir)?.number === number)
}

/** About a second of media more has come. */
async function untilGoesOn(server: ServerProcess): Promise<StreamDetail> {
  const { framesIn } = await untilStream(server, 'live/test', () => true)
  return untilStream(server, 'live/test', facts => facts.framesIn > framesIn + 60)
}

test('inputs: players go on from RTMP over SRT to a file and back, and see one stream', async () => {
  const [a = '', b = '', c = ''] = await parts()
  await using origin = await ServerProcess.start('--hub-resume-timeout', '200ms')
  await using first = encoder(a, 'flv', origin.rtmpUrl('live/a'))
  await using second = encoder(b, 'mpegts', origin.srtUrl('publish:live/b'))
  for (const name of ['live/a', 'live/b']) await untilStream(origin, name, ({ framesIn }) => framesIn > 50)
  await using server = await serverWith([
    { url: origin.rtmpUrl('live/a'), timeout: '2500ms', reconnect: { min: '500ms', max: '1s' } },
    { url: origin.srtUrl('read:live/b'), timeout: '2500ms' },
    `file://${c}?loop=true`,
  ])
  await untilOnAir(server, 1)
  await untilStream(server, 'live/test', ({ inputs }) => inputs?.items[1]?.state === 'receiving')
  await using player = startPlayer(server.rtmpUrl('live/test'))
  await using viewer = startPlayer(server.httpUrl('/live/test.flv'))
  const watched = new AbortController()
  const lists = watchPlaylists(server.httpUrl('/live/test/index.m3u8'), watched.signal)
  await player.untilPrinted(/^0, .*\n/m)
  await viewer.untilPrinted(/^0, .*\n/m)
  first.kill('SIGSTOP')
  await untilOnAir(server, 2)
  first.kill('SIGKILL')
  second.kill('SIGKILL')
  await untilOnAir(server, 3)
  await using again = encoder(a, 'flv', origin.rtmpUrl('live/a'))
  assert.ok(again)
  await untilOnAir(server, 1)
  await untilStream(server, 'live/test', ({ inputs }) => inputs?.items[2]?.state === 'off')
  const { inputs } = await untilGoesOn(server)
  assert.deepEqual(
    inputs?.switches.map(({ from, to }) => [from, to]),
    [
      [null, 1],
      [1, 2],
      [2, 3],
      [3, 1],
    ],
  )
  watched.abort()
  // Where a file begins anew, its picture rests until its sound has ended: parts are of many lengths.
  // Where it follows, sound may lack more than a part: a single frame that lasts so long is told.
  const broken = (await lists).broken.filter(rule => !/§4\.4\.4\.9|part target/.test(rule))
  assert.deepEqual(broken, [])
  // Of the same codecs, what comes next is not told as something else.
  const mpd = await (await fetch(server.httpUrl('/live/test/index.mpd'))).text()
  assert.equal(mpd.match(/<Period /g)?.length, 1)
  await server.program.close()
  const sources = await Promise.all([a, b, c].map(path => framesOf(path)))
  for (const watcher of [player, viewer]) {
    const list = await received(watcher)
    for (const kind of ['video', 'audio'] as const) {
      const stretches = stretchesOf(kind, list, sources, [2])
      assert.deepEqual(
        stretches.map(({ source }) => source),
        [0, 1, 2, 0],
      )
    }
    assertTogether(list, sources)
  }
})

test.concurrent('inputs: of encoders that publish into one stream over SRT and RTMP, one takes over from the other', async () => {
  const [a = '', b = '', c = ''] = await parts()
  await using server = await serverWith([
    { url: 'publish:', title: 'Main', timeout: '1s' },
    { url: 'publish://', title: 'Spare', timeout: '1s' },
    { url: 'publish:', title: 'Last', timeout: '1s' },
  ])
  await using main = encoder(a, 'mpegts', server.srtUrl('publish:live/test'))
  await untilOnAir(server, 1)
  await using spare = encoder(b, 'flv', server.rtmpUrl('live/test'))
  await untilStream(server, 'live/test', ({ inputs }) => inputs?.items[1]?.state === 'receiving')
  await using last = encoder(c, 'mpegts', server.srtUrl('publish:live/test'))
  await untilStream(server, 'live/test', ({ inputs }) => inputs?.items[2]?.state === 'receiving')
  const sessions = await fetch(server.httpUrl('/api/v1/sessions?stream=live/test&role=publisher'))
  const { items } = (await sessions.json()) as { readonly items: readonly { readonly protocol: string }[] }
  assert.deepEqual(items.map(({ protocol }) => protocol).sort(), ['rtmp', 'srt', 'srt'])
  await using fourth = encoder(b, 'flv', server.rtmpUrl('live/test'))
  assert.match((await fourth.ended).stderr, /somebody else publishes it|Operation not permitted|error/i)
  await using player = startPlayer(server.rtmpUrl('live/test'))
  await player.untilPrinted(/^0, .*\n/m)
  main.kill('SIGKILL')
  await untilOnAir(server, 2)
  await untilGoesOn(server)
  spare.kill('SIGKILL')
  await untilOnAir(server, 3)
  const { publisher, inputs } = await untilGoesOn(server)
  assert.equal(publisher?.protocol, 'srt')
  assert.deepEqual(
    inputs?.switches.map(({ reason }) => reason),
    ['start', 'silence', 'end'],
  )
  await server.program.close()
  await last.close()
  const sources = await Promise.all([a, b, c].map(path => framesOf(path)))
  const list = await received(player)
  for (const kind of ['video', 'audio'] as const) {
    assert.deepEqual(
      stretchesOf(kind, list, sources).map(({ source }) => source),
      [0, 1, 2],
    )
  }
  assertTogether(list, sources)
})

test.concurrent('inputs: a source that never answers does not hold the stream up, and one that drops is back soon', async () => {
  const [a = ''] = await parts()
  await using silent = await SilentServer.listen()
  await using origin = await ServerProcess.start('--hub-resume-timeout', '100ms')
  const inputs = [{ url: `rtmp://127.0.0.1:${silent.port}/live/x`, timeout: '500ms' }, origin.rtmpUrl('live/a')]
  await using first = encoder(a, 'flv', origin.rtmpUrl('live/a'))
  await untilStream(origin, 'live/a', ({ framesIn }) => framesIn > 10)
  await using server = await serverWith(inputs)
  await untilOnAir(server, 2)
  const before = await untilStream(server, 'live/test', () => true)
  assert.equal(before.inputs?.switches[0]?.reason, 'never-connected')
  await using player = startPlayer(server.rtmpUrl('live/test'))
  await player.untilPrinted(/^0, .*\n/m)
  await fetch(origin.httpUrl(`/api/v1/sessions?stream=live/a&role=player`), { method: 'DELETE' })
  await untilStream(server, 'live/test', ({ inputs: now }) => now?.items[1]?.failures === 1)
  await untilOnAir(server, 2)
  const { inputs: now } = await untilStream(server, 'live/test', facts => facts.inputs?.items[1]?.onAir === true)
  assert.equal(now?.items[1]?.failures, 1)
  const [lost] = logLines(server).filter(({ code, input }) => code === 'INPUT_FAILED' && input === 2)
  assert.ok((lost?.retryInMs ?? Number.POSITIVE_INFINITY) <= 1000)
  await first.close()
  await server.program.close()
  stretchesOf('video', await received(player), [await framesOf(a)])
})

test.concurrent('inputs: a copy of a stream goes on when the stream begins anew', async () => {
  const [a = '', b = ''] = await parts()
  const copies = { 'live/copy': { inputs: ['copy://live/source'] } }
  await using server = await serverWith(['publish:'], {}, copies)
  await using first = encoder(a, 'flv', server.rtmpUrl('live/source'))
  await untilStream(server, 'live/copy', ({ framesIn }) => framesIn > 10)
  await using player = startPlayer(server.rtmpUrl('live/copy'))
  await player.untilPrinted(/^0, .*\n/m)
  first.kill('SIGKILL')
  await untilStream(server, 'live/copy', ({ inputs }) => inputs?.items[0]?.state === 'waiting')
  await using second = encoder(b, 'flv', server.rtmpUrl('live/source'))
  await untilStream(server, 'live/copy', ({ inputs }) => inputs?.items[0]?.onAir === true)
  assert.ok(second)
  const { framesIn } = await untilStream(server, 'live/copy', () => true)
  await untilStream(server, 'live/copy', facts => facts.framesIn > framesIn + 20)
  await server.program.close()
  const sources = await Promise.all([a, b].map(path => framesOf(path)))
  const stretches = stretchesOf('video', await received(player), sources)
  assert.deepEqual(
    stretches.map(({ source }) => source),
    [0, 1],
  )
})

test.concurrent('inputs: a slate is shown as long as nobody publishes, of another size too', async () => {
  const [a = ''] = await parts()
  const [, slate = ''] = await parts('small.flv')
  await using server = await serverWith(['publish:'], { slate })
  await using first = encoder(a, 'flv', server.rtmpUrl('live/test'))
  await untilOnAir(server, 1)
  await using player = startPlayer(server.httpUrl('/live/test.flv'))
  await player.untilPrinted(/^0, .*\n/m)
  first.kill('SIGKILL')
  await untilOnAir(server, 2)
  await using second = encoder(a, 'flv', server.rtmpUrl('live/test'))
  assert.ok(second)
  await untilOnAir(server, 1)
  await untilStream(server, 'live/test', ({ inputs }) => inputs?.items[1]?.state === 'off')
  await untilGoesOn(server)
  await server.program.close()
  const sources = await Promise.all([a, slate].map(path => framesOf(path)))
  const list = await received(player)
  for (const kind of ['video', 'audio'] as const) {
    assert.deepEqual(
      stretchesOf(kind, list, sources, [1]).map(({ source }) => source),
      [0, 1, 0],
    )
  }
  assertTogether(list, sources)
})

test.concurrent('inputs: on demand, the source has a player as long as we have one', async () => {
  const [a = ''] = await parts()
  await using origin = await ServerProcess.start()
  await using first = encoder(a, 'flv', origin.rtmpUrl('live/a'))
  await untilStream(origin, 'live/a', ({ framesIn }) => framesIn > 10)
  await using server = await serverWith([origin.rtmpUrl('live/a')], { onDemand: true, linger: '500ms' })
  const resting = await untilStream(server, 'live/test', () => true)
  assert.equal(resting.inputs?.state, 'resting')
  assert.equal((await untilStream(origin, 'live/a', () => true)).viewerCount, 0)
  {
    await using player = startPlayer(server.httpUrl('/live/test.flv'))
    await player.untilPrinted(/^0, .*\n/m)
    await untilStream(origin, 'live/a', ({ viewerCount }) => viewerCount === 1)
  }
  await untilStream(server, 'live/test', ({ inputs }) => inputs?.state === 'resting')
  await untilStream(origin, 'live/a', ({ viewerCount }) => viewerCount === 0)
  assert.ok(first)
})

test.concurrent('inputs: a server without any configuration takes them, and a change of one touches that one', async () => {
  const [a = '', b = ''] = await parts()
  await using origin = await ServerProcess.start()
  await using first = encoder(a, 'flv', origin.rtmpUrl('live/secret-a'))
  await using second = encoder(b, 'flv', origin.rtmpUrl('live/secret-b'))
  for (const name of ['live/secret-a', 'live/secret-b']) await untilStream(origin, name, ({ framesIn }) => framesIn > 9)
  await using server = await ServerProcess.start('--store-url', `json:${join(folder, `${process.hrtime.bigint()}`)}`)
  const ask = async (method: string, body: object): Promise<{ readonly status: number; readonly body: string }> => {
    const init = { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch(server.httpUrl('/api/v1/streams/live/test'), init)
    return { status: response.status, body: await response.text() }
  }
  const primary = origin.rtmpUrl('live/secret-a')
  const put = await ask('PUT', { inputs: [primary, { url: origin.rtmpUrl('live/secret-b'), title: 'Spare' }] })
  assert.equal(put.status, 201)
  assert.ok(!put.body.includes('secret'))
  await untilOnAir(server, 1)
  await using player = startPlayer(server.rtmpUrl('live/test'))
  await player.untilPrinted(/^0, .*\n/m)
  const kept = await ask('PATCH', { inputs: [{ url: primary, timeout: '7s' }, `file://${b}?loop=true`] })
  assert.equal(kept.status, 200)
  const { inputs, framesIn } = await untilStream(server, 'live/test', ({ inputs: now }) => now?.items[1]?.number === 3)
  assert.equal(inputs?.items[0]?.number, 1)
  assert.equal(inputs?.items[0]?.failures, 0)
  await untilStream(server, 'live/test', facts => facts.framesIn > framesIn + 20)
  const wrong = [
    { inputs: ['rtsp://camera/1', 'whep://host/x'] },
    {
      inputs: [
        { url: 'publish:', priority: 1 },
        { url: 'copy://live/a', priority: 1 },
      ],
    },
    { inputs: ['copy://live/test'] },
  ]
  const details = await Promise.all(wrong.map(async body => (await ask('PATCH', body)).body))
  assert.match(details[0] ?? '', /rtsp is not supported yet.*whep is not supported yet/)
  assert.match(details[1] ?? '', /\/inputs\/1\/priority/)
  assert.match(details[2] ?? '', /live\/test copies live\/test/)
  await server.program.close()
  const stretches = stretchesOf('video', await received(player), [await framesOf(a)])
  assert.equal(stretches.length, 1)
  assert.ok(first.pid !== second.pid)
})

test.concurrent('inputs: an encoder that publishes already goes on where one of them waits for it', async () => {
  const [a = ''] = await parts()
  await using server = await ServerProcess.start('--store-url', `json:${join(folder, `${process.hrtime.bigint()}`)}`)
  await using publisher = encoder(a, 'flv', server.rtmpUrl('live/test'))
  const before = await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
  await using player = startPlayer(server.rtmpUrl('live/test'))
  await player.untilPrinted(/^0, .*\n/m)
  const init = { method: 'PUT', headers: { 'Content-Type': 'application/json' } }
  const body = JSON.stringify({ inputs: [`file://${folder}/none.flv`, 'publish:'] })
  assert.equal((await fetch(server.httpUrl('/api/v1/streams/live/test'), { ...init, body })).status, 201)
  await untilOnAir(server, 2)
  const after = await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
  assert.equal(after.publisher?.id, before.publisher?.id)
  await server.program.close()
  await publisher.ended
  const stretches = stretchesOf('video', await received(player), [await framesOf(a)])
  assert.equal(stretches.length, 1)
})

test.concurrent('inputs: an operator switches at a key frame, lets go again, stops and starts the stream', async () => {
  const [a = '', b = ''] = await parts()
  await using server = await serverWith([`file://${a}?loop=true`, 'publish:'], { failback: { hold: '500ms' } })
  const order = async (action: string, body?: object): Promise<number> => {
    const json = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
    return (await fetch(server.httpUrl(`/api/v1/streams/live/test/${action}`), { method: 'POST', ...json })).status
  }
  await using spare = encoder(b, 'flv', server.rtmpUrl('live/test'))
  await untilOnAir(server, 1)
  await untilStream(server, 'live/test', ({ inputs }) => inputs?.items[1]?.state === 'receiving')
  await using player = startPlayer(server.rtmpUrl('live/test'))
  await player.untilPrinted(/^0, .*\n/m)
  assert.equal(await order('switch', { input: 2 }), 200)
  await untilOnAir(server, 2)
  await untilGoesOn(server)
  assert.equal(await metric(server, 'sluice_input_on_air{stream="live/test",input="2"}'), 1)
  assert.equal(await order('switch', { input: null }), 200)
  await untilOnAir(server, 1)
  await untilGoesOn(server)
  assert.equal(await order('switch', { input: 9 }), 404)
  assert.equal(await order('stop'), 200)
  await spare.ended
  await player.ended
  const stopped = await untilStream(server, 'live/test', ({ state }) => state === 'offline')
  assert.equal(stopped.inputs?.state, 'stopped')
  assert.equal(await order('start'), 200)
  await untilOnAir(server, 1)
  const sources = await Promise.all([a, b].map(path => framesOf(path)))
  const list = await received(player)
  for (const kind of ['video', 'audio'] as const) {
    assert.deepEqual(
      stretchesOf(kind, list, sources, [0]).map(({ source }) => source),
      [0, 1, 0],
    )
  }
  assertTogether(list, sources)
})
