import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import type { SrtStatistics } from '../../src/protocols/srt/statistics.ts'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { Program } from '../peers/program.ts'
import { AccessBackend } from '../support/access-backend.ts'
import { publishFile, publishOverAndOver, startPlayer } from '../support/ffmpeg-peers.ts'
import { pollUntil } from '../support/polling.ts'
import { logLines, metric } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { TestFolder } from '../support/test-folder.ts'

const name = 'live/test'
const quick = ['--hub-resume-timeout', '200ms']

let root: TestFolder
beforeAll(async () => {
  root = await TestFolder.open('hooks')
})
afterAll(() => root[Symbol.asyncDispose]())

/** One for each test, or each try of it. */
function folder(): Promise<string> {
  return mkdtemp(join(root.path, 'test-'))
}

async function startWith(hooks: string, ...flags: readonly string[]): Promise<ServerProcess> {
  const path = await folder()
  const file = join(path, 'sluice.yaml')
  await writeFile(file, `hooks:\n${hooks}\n`)
  return ServerProcess.start('--config', file, '--events-dir', join(path, 'events'), ...quick, ...flags)
}

async function publish(server: ServerProcess, key = name, seconds = 2): Promise<number | null> {
  await using publisher = publishFile(server.rtmpUrl(key), await clip('clip.flv'), seconds)
  const { code } = await publisher.ended
  return code
}

function typesOf(backend: AccessBackend): string[] {
  return backend.bodies.map(({ type = '' }) => type)
}

test.concurrent('hooks: a webhook hears of the life of a stream of FFmpeg, in order', async () => {
  await using backend = await AccessBackend.start()
  await using server = await startWith(`  site: { url: "${backend.url()}", concurrency: 1 }`)
  await using player = startPlayer(server.rtmpUrl(`${name}?wait=30s&token=s3cret&page=7`))
  assert.equal(await publish(server, `${name}?token=s3cret`), 0)
  await player.ended
  await pollUntil('the last event', async () => {
    return typesOf(backend).filter(type => type === 'connection.closed').length === 2 || undefined
  })
  await pollUntil('the end of the stream', async () => typesOf(backend).includes('stream.removed') || undefined)
  const types = typesOf(backend)
  const first = (type: string): number => types.indexOf(type)
  const life = ['stream.created', 'publish.started', 'codec.detected', 'publish.stopped', 'stream.removed']
  const places = life.map(first)
  assert.ok(
    places.every((place, at) => place > (places[at - 1] ?? -1)),
    types.join(),
  )
  for (const type of ['connection.opened', 'connection.handshaken', 'play.started', 'play.stopped']) {
    assert.notEqual(first(type), -1, type)
  }
  const bodies = backend.bodies as unknown as { id: string; type: string; data: Record<string, unknown> }[]
  assert.deepEqual(
    bodies.map(({ id }) => id),
    bodies.map(({ id }) => id).sort(),
  )
  const dataOf = (type: string) => bodies.find(body => body.type === type)?.data ?? assert.fail(type)
  assert.equal(dataOf('play.started')['query'], 'wait=30s&page=7')
  const { videoFrames, videoCodec, audioCodec } = dataOf('publish.stopped')
  // FFmpeg cuts by time, and B-frames make that a few more or less.
  assert.ok(Number(videoFrames) >= 48 && Number(videoFrames) <= 54, `${String(videoFrames)} frames`)
  assert.deepEqual([videoCodec, audioCodec], ['H.264', 'AAC'])
  assert.doesNotMatch(JSON.stringify(bodies), /s3cret/)
})

test.concurrent('hooks: a webhook hears what came over SRT, as it does of RTMP', async () => {
  await using backend = await AccessBackend.start()
  await using server = await startWith(`  site: { url: "${backend.url()}", concurrency: 1 }`)
  const input = ['-v', 'error', '-re', '-t', '2', '-i', await clip('clip.flv'), '-c', 'copy', '-f', 'mpegts']
  await using ffmpeg = startPeer('ffmpeg', [...input, server.srtUrl(`publish:${name}`)])
  await ffmpeg.untilDone()
  await pollUntil('the last event', async () => typesOf(backend).includes('connection.closed') || undefined)
  const bodies = backend.bodies as unknown as { type: string; data: Record<string, unknown> }[]
  const dataOf = (type: string) => bodies.find(body => body.type === type)?.data ?? assert.fail(type)
  const { videoFrames, audioFrames, bytes, durationMs, videoCodec, audioCodec } = dataOf('publish.stopped')
  assert.deepEqual([videoCodec, audioCodec], ['H.264', 'AAC'])
  // FFmpeg leaves its last sound unsent when it closes an SRT connection.
  assert.ok(Number(videoFrames) >= 44 && Number(videoFrames) <= 54, `${String(videoFrames)} pictures`)
  assert.ok(Number(audioFrames) >= 60 && Number(audioFrames) <= 90, `${String(audioFrames)} of sound`)
  assert.ok(Number(durationMs) > 1500, `${String(durationMs)} ms`)

  const closed = dataOf('connection.closed')
  const logged = logLines(server).find(({ code }) => code === 'SRT_CLOSED') as unknown as SrtStatistics
  const inDatagrams = logged.byteRecv - 28 * logged.pktRecv
  const [received, sent] = [Number(closed['bytesReceived']), Number(closed['bytesSent'])]
  assert.ok(Number(bytes) < inDatagrams, `${String(bytes)} of media in ${inDatagrams}`)
  // Control packets are small: acknowledgements from us, their acknowledgements from the peer.
  assert.ok(received > inDatagrams && received < inDatagrams + 20_000, `${received} for ${inDatagrams}`)
  assert.ok(sent > 44 * logged.pktSentACK && sent < 20_000, `${sent} for ${logged.pktSentACK} acknowledgements`)
})

test.concurrent('hooks: a signature is verified by Python', async () => {
  await using backend = await AccessBackend.start()
  const requests: { readonly body: string; readonly signature: string }[] = []
  backend.answer = (response, request) => {
    const body = JSON.stringify(backend.bodies.at(-1))
    requests.push({ body, signature: String(request.headers['sluice-signature']) })
    response.end()
  }
  await using server = await startWith(`  site: { url: "${backend.url()}", secret: s3cret, events: [hook.test] }`)
  const answer = await fetch(server.httpUrl('/api/v1/hooks/site/test'), { method: 'POST' })
  const { durationMs, ...outcome } = (await answer.json()) as { durationMs: number }
  assert.ok(durationMs >= 0)
  assert.deepEqual(outcome, { delivered: true, error: null, status: 200 })
  const [{ body, signature } = assert.fail()] = requests
  const verify = `
import hmac, hashlib, sys
t, v1 = (part.split("=", 1)[1] for part in sys.argv[1].split(","))
print("same" if hmac.new(b"s3cret", t.encode() + b"." + sys.argv[2].encode(), hashlib.sha256).hexdigest() == v1 else "other")`
  await using python = new Program('python3', ['-c', verify, signature, body])
  assert.equal((await python.ended).stdout.toString().trim(), 'same')
  assert.doesNotMatch(server.program.output, /s3cret/)
})

test.concurrent('hooks: receivers that hang, fail, redirect and are not there hold nobody up', async () => {
  await using good = await AccessBackend.start()
  await using hangs = await AccessBackend.start()
  await using fails = await AccessBackend.start()
  await using redirects = await AccessBackend.start()
  hangs.answer = () => undefined
  fails.answer = response => void response.writeHead(500).end()
  redirects.answer = response => void response.writeHead(302, { location: good.url('/stolen') }).end()
  const dead = await AccessBackend.start()
  const nowhere = dead.url()
  await dead[Symbol.asyncDispose]()
  await using server = await startWith(`  good: { url: "${good.url()}" }
  hangs: { url: "${hangs.url()}", queue: 2, timeout: 20s }
  fails: { url: "${fails.url()}", retries: 2, retryWait: 10ms }
  redirects: { url: "${redirects.url()}" }
  dead: { url: "${nowhere}", retries: 1, retryWait: 10ms }`)
  assert.equal(await publish(server), 0)
  await pollUntil('the good one', async () => typesOf(good).includes('stream.removed') || undefined)
  const count = (hook: string, result: string) =>
    metric(server, `sluice_hook_events_total{hook="${hook}",result="${result}"}`)
  for (const hook of ['fails', 'redirects', 'dead']) {
    await pollUntil(hook, async () => (await count(hook, 'failed')) === good.bodies.length || undefined)
  }
  const total = good.bodies.length
  assert.equal(await metric(server, 'sluice_hook_retries_total{hook="fails"}'), total * 2)
  assert.equal(await metric(server, 'sluice_hook_retries_total{hook="redirects"}'), 0)
  assert.ok(((await count('hangs', 'dropped')) ?? 0) > 0)
  assert.equal(await metric(server, 'sluice_hook_events_waiting{hook="hangs"}'), 2)
  const { items } = (await (await fetch(server.httpUrl('/api/v1/hooks'))).json()) as {
    items: { name: string; state: string; lastError: string | null }[]
  }
  assert.deepEqual(
    items.map(({ name: hook, state, lastError }) => [hook, state, lastError]),
    [
      ['good', 'idle', null],
      ['hangs', 'delivering', null],
      ['fails', 'failing', 'the answer has status 500'],
      ['redirects', 'failing', 'the answer has status 302'],
      ['dead', 'failing', 'no answer came: ECONNREFUSED'],
    ],
  )
  server.program.kill('SIGTERM')
  assert.equal((await server.program.ended).code, 0)
})

test.concurrent('hooks: a command gets names and queries of a peer as nothing but values', async () => {
  const path = join(await folder(), 'hook.sh')
  const seen = `${path}.seen`
  await writeFile(path, `#!/bin/sh\nprintf '%s\\n' "$#" "$RTMP_STREAM_KEY" "$SLUICE_EVENT_QUERY" >> '${seen}'\n`)
  await chmod(path, 0o755)
  await using server = await startWith(
    `  run: { type: command, command: ["${path}"], events: [publish.started, publish.refused] }`,
  )
  const evil = 'x=$(touch${IFS}pwned);`id`|\'&y="z'
  assert.equal(await publish(server, `${name}?${evil}`), 0)
  assert.notEqual(await publish(server, 'live/$(id)`;'), 0)
  const lines = await pollUntil('the script', async () => {
    const text = await readFile(seen, 'utf8').catch(() => '')
    return text.split('\n').length === 7 ? text.split('\n') : undefined
  })
  assert.deepEqual(
    lines.filter((_, at) => at % 3 !== 2),
    ['0', name, '0', 'live/$(id)`;', ''],
  )
  const query = new URLSearchParams(lines[2])
  assert.equal(query.get('x'), "$(touch${IFS}pwned);`id`|'")
})

test.concurrent('hooks: a backend of SRS decides and is told, over the wire', async () => {
  await using backend = await AccessBackend.start()
  backend.answer = response => {
    const { action, param = '' } = backend.bodies.at(-1) ?? {}
    const isAsked = action === 'on_publish' || action === 'on_play'
    response.end(isAsked && !param.includes('key=good') ? '{"code":1}' : '0')
  }
  const callback = ['--auth-mode', 'callback', '--auth-callback-format', 'srs', '--auth-callback-url', backend.url()]
  await using server = await startWith(`  srs: { type: srs, url: "${backend.url()}" }`, ...callback)
  assert.notEqual(await publish(server, `${name}?key=bad`), 0)
  await using player = startPlayer(server.rtmpUrl(`${name}?wait=30s&key=good`))
  await using refused = startPlayer(server.rtmpUrl(`${name}?wait=30s&key=bad`))
  assert.notEqual((await refused.ended).code, 0)
  assert.equal(await publish(server, `${name}?key=good`), 0)
  await player.ended
  const actions = () => backend.bodies.map(({ action = '' }) => action)
  const count = (action: string): number => actions().filter(one => one === action).length
  await pollUntil('on_close', async () => count('on_close') === 4 || undefined)
  assert.deepEqual(
    ['on_connect', 'on_publish', 'on_unpublish', 'on_play', 'on_stop', 'on_close'].map(count),
    [4, 2, 1, 2, 1, 4],
  )
  const of = (action: string) => backend.bodies.find(body => body['action'] === action && body['param'] !== '?key=bad')
  assert.equal(of('on_publish')?.['client_id'], of('on_unpublish')?.['client_id'])
  assert.equal(of('on_unpublish')?.['stream_id'], of('on_publish')?.['stream_id'])
})

test.concurrent('hooks: lines on stderr, in the words of go-rtmp', async () => {
  await using server = await startWith('  lines: { type: stdio, format: go-rtmp, events: [publish_start] }')
  assert.equal(await publish(server), 0)
  const [, json = ''] = await server.program.untilPrinted(/^RTMP_EVENT: (\{.*\})$/m)
  const { type, stream_key, data } = JSON.parse(json)
  assert.deepEqual([type, stream_key, data], ['publish_start', name, { app: 'live', publishing_name: 'test' }])
})

test.concurrent('hooks: a hook that is added to the file is told from then on', async () => {
  await using backend = await AccessBackend.start()
  const path = await folder()
  const file = join(path, 'sluice.yaml')
  await writeFile(file, 'hooks: {}\n')
  await using server = await ServerProcess.start('--config', file, '--events-dir', join(path, 'events'), ...quick)
  await writeFile(`${file}.new`, `hooks:\n  late: { url: "${backend.url()}", events: [publish_start] }\n`)
  await rename(`${file}.new`, file)
  await server.program.untilPrinted(/CONFIG_RELOADED/)
  assert.equal(await publish(server), 0)
  await pollUntil('the event', async () => backend.bodies[0])
  assert.deepEqual(typesOf(backend), ['publish.started'])
})

test.concurrent('hooks: the last events are delivered before the server is gone', async () => {
  await using backend = await AccessBackend.start()
  await using server = await startWith(`  lines: { type: stdio }\n  site: { url: "${backend.url()}" }`)
  await using publisher = publishOverAndOver(server.rtmpUrl(name), await clip('clip.flv'))
  await server.program.untilPrinted(/"type":"publish.started"/)
  server.program.kill('SIGTERM')
  assert.equal((await server.program.ended).code, 0)
  await publisher.close()
  assert.match(server.program.output, /"type":"connection.closed"/)
  const last = ['publish.stopped', 'connection.closed', 'stream.removed']
  assert.deepEqual(
    last.filter(type => !typesOf(backend).includes(type)),
    [],
  )
})
