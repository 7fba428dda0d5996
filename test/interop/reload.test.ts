import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { AccessBackend } from '../support/access-backend.ts'
import { certificatePath } from '../support/certificate-fixture.ts'
import { assertRelayed, listed, listFrames } from '../support/common-form.ts'
import { publishFile, startPlayer } from '../support/ffmpeg-peers.ts'
import { pollUntil } from '../support/polling.ts'
import { freePort, freeUdpPort } from '../support/ports.ts'
import { logLines, untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { TestFolder } from '../support/test-folder.ts'

const seconds = 8
const forms = ['h264', 'aac'] as const
const stream = '/api/v1/streams/live/test'

type Answer = { readonly status: number; readonly body: Record<string, unknown> }

/** A server that does what its file says. */
class Reloaded implements AsyncDisposable {
  readonly server: ServerProcess
  readonly #folder: TestFolder

  private constructor(server: ServerProcess, folder: TestFolder) {
    this.server = server
    this.#folder = folder
  }

  static async start(): Promise<Reloaded> {
    const folder = await TestFolder.open('reload')
    const file = join(folder.path, 'sluice.yaml')
    await writeFile(file, textIn(folder))
    return new Reloaded(await ServerProcess.startAsConfigured('--config', file), folder)
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = { 'Content-Type': 'application/json' }
    const payload = body === undefined ? {} : { headers, body: JSON.stringify(body) }
    const response = await fetch(this.server.httpUrl(path), { method, ...payload })
    const text = await response.text()
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : { text } }
  }

  async done(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.ask(method, path, body)
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  patch(body: unknown): Promise<unknown> {
    return this.done('PATCH', stream, body)
  }

  configure(body: unknown): Promise<unknown> {
    return this.done('PATCH', '/api/v1/config', body)
  }

  /** The file says this beside what it said at the start. As editors do, another file takes its place. */
  async write(more: string): Promise<void> {
    const file = join(this.#folder.path, 'sluice.yaml')
    await writeFile(`${file}.new`, `${textIn(this.#folder)}${more}`)
    await rename(`${file}.new`, file)
  }

  logged(code: string): readonly { readonly msg: string }[] {
    return logLines(this.server).filter(line => line.code === code)
  }

  async untilLogged(code: string, count = 1): Promise<void> {
    await pollUntil(`${count} of ${code}`, async () => this.logged(code).length >= count || undefined)
  }

  async untilSentTo(count: number): Promise<void> {
    await pollUntil(`${count} destinations`, async () => {
      const { items } = (await this.done('GET', '/api/v1/relays')) as { items: { state: string }[] }
      return items.filter(({ state }) => state === 'sending').length === count || undefined
    })
  }

  /** Wait until so many connections have come in over a protocol since the start. */
  async untilCameIn(protocol: string, count: number): Promise<void> {
    const series = new RegExp(`^sluice_connections_total\\{protocol="${protocol}"\\} ${count}$`, 'm')
    await pollUntil(`${count} connections of ${protocol}`, async () => {
      return series.test(String((await this.done('GET', '/metrics')).text)) || undefined
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
    await this.#folder[Symbol.asyncDispose]()
  }
}

function textIn({ path }: TestFolder): string {
  const listeners = ['rtmp', 'srt', 'http'].map(name => `${name}: { listen: "127.0.0.1:0" }\n`).join('')
  const dir = (name: string): string => `{ dir: ${JSON.stringify(join(path, name))} }`
  const kept = `record: ${dir('recordings')}\ndvr: ${dir('dvr')}\nevents: ${dir('events')}\n`
  return `${listeners}${kept}store: { url: ${JSON.stringify(`json:${path}`)} }\nhub: { resumeTimeout: 500ms }\n`
}

/** Where media are sent that nobody looks at. */
async function openDrain(): Promise<AsyncDisposable & { readonly url: string }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const url = `udp://127.0.0.1:${socket.address().port}`
  return { url, [Symbol.asyncDispose]: async () => void socket.close() }
}

type Step = { readonly name: string; readonly change: (all: Reloaded) => Promise<unknown> }

/** Every change that is not about the players of a stream, and what shows that it is in force. */
function steps(one: string, two: string, backend: AccessBackend): readonly Step[] {
  return [
    {
      name: 'title, description and tags',
      change: all => all.patch({ title: 'Roof', description: 'x', tags: ['a'] }),
    },
    {
      name: 'a push comes',
      change: async all => {
        await all.patch({ push: [{ url: one }] })
        await all.untilSentTo(1)
      },
    },
    {
      name: 'a second one comes',
      change: async all => {
        await all.patch({ push: [{ url: one }, { url: two }] })
        await all.untilSentTo(2)
      },
    },
    {
      name: 'the first is switched off',
      change: async all => {
        await all.patch({ push: [{ url: one, enabled: false }, { url: two }] })
        await all.untilSentTo(1)
        assert.equal(all.logged('RELAY_STARTED').length, 2)
      },
    },
    {
      name: 'a recording begins',
      change: async all => {
        await all.patch({ settings: { record: true } })
        await all.untilLogged('RECORD_STARTED')
      },
    },
    {
      name: 'the DVR keeps it',
      change: async all => {
        await all.patch({ settings: { dvr: true } })
        await all.untilLogged('DVR_STARTED')
      },
    },
    {
      name: 'the recording ends',
      change: async all => {
        await all.patch({ settings: { record: null } })
        await all.untilLogged('RECORD_STOPPED')
      },
    },
    {
      name: 'the DVR lets go of it',
      change: async all => {
        await all.patch({ settings: { dvr: null } })
        await all.untilLogged('DVR_STOPPED')
      },
    },
    {
      name: 'a hook comes and changes its receiver',
      change: async all => {
        await all.done('PUT', '/api/v1/hooks/site', { url: backend.url('/a'), events: ['config.reloaded'] })
        await all.done('PATCH', '/api/v1/hooks/site', { url: backend.url('/b') })
      },
    },
    { name: 'an output', change: all => all.patch({ settings: { hlsLowLatency: false, maxLag: '30s' } }) },
    {
      name: 'a rule of access',
      change: async all => {
        await all.configure({ auth: { rules: ['deny play on live/secret'] } })
        assert.equal((await all.ask('GET', '/live/secret.flv')).status, 403)
        await pollUntil('the hook', async () => backend.bodies.length > 0 || undefined)
      },
    },
    {
      name: 'who is believed: pages, proxies, authorities',
      change: async all => {
        const relay = { ca: certificatePath('server', 'crt') }
        await all.configure({
          http: { corsOrigins: ['https://a.example'] },
          proxyProtocol: { trustedProxies: [] },
          relay,
        })
        const { config } = await all.done('GET', '/api/v1/server')
        assert.deepEqual((config as { needsRestart: unknown }).needsRestart, [])
      },
    },
    { name: 'the log', change: all => all.configure({ log: { level: 'debug' } }) },
    { name: 'the listener that they play over', change: all => all.configure({ http: { keepAliveTimeout: '50s' } }) },
    { name: 'SRT', change: all => all.configure({ srt: { latency: '200ms' } }) },
    {
      name: 'the file, by another',
      change: async all => {
        const before = all.logged('CONFIG_RELOADED').length
        await all.write('play: { maxLag: 20s }\npaths: { other/**: { record: true } }\n')
        await all.untilLogged('CONFIG_RELOADED', before + 1)
      },
    },
    {
      name: 'the file, by one that is broken',
      change: async all => {
        await all.write('play: [\n')
        await all.untilLogged('CONFIG_REFUSED')
        assert.match(all.logged('CONFIG_REFUSED')[0]?.msg ?? '', /sluice\.yaml:\d+:\d+: /)
      },
    },
    {
      name: 'on SIGHUP',
      change: async all => {
        const before = all.logged('CONFIG_RELOADED').length
        await all.write('')
        all.server.program.kill('SIGHUP')
        await all.untilLogged('CONFIG_RELOADED', before + 1)
        await all.untilLogged('SERVER_RELOADING')
      },
    },
    { name: 'two listeners move', change: move },
    { name: 'the declaration goes', change: all => all.done('DELETE', stream) },
  ]
}

test.concurrent('reload: whatever changes beside a stream, its players miss no frame', async () => {
  const path = await clip('clip.flv')
  const sent = await listed(listFrames(path, forms, '-t', `${seconds}`))
  await using backend = await AccessBackend.start()
  await using one = await openDrain()
  await using two = await openDrain()
  await using all = await Reloaded.start()
  const { server } = all
  await using overRtmp = listFrames(server.rtmpUrl('live/test?wait=30s'), forms)
  await using overFlv = listFrames(server.httpUrl('/live/test.flv?wait=30s'), forms)
  await using overTs = listFrames(server.httpUrl('/live/test.ts?wait=30s'), forms)
  await using overSrt = listFrames(server.srtUrl('read:live/test?wait=30s'), forms)
  await untilConnections(server, 'rtmp', 1)
  await untilConnections(server, 'srt', 1)
  await untilConnections(server, 'http', 2)
  await all.done('PUT', stream, { title: 'Main' })
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 10)
  await using overHls = listFrames(server.httpUrl('/live/test/ts.m3u8'), forms, '-live_start_index', '0')
  for (const { name, change } of steps(one.url, two.url, backend)) {
    await change(all).catch((cause: unknown) => assert.fail(new Error(`${name}: ${String(cause)}`, { cause })))
  }
  await publisher.untilDone()
  assertRelayed(await listed(overHls), sent, { atStart: Number.POSITIVE_INFINITY, atEnd: 0 })
  for (const player of [overRtmp, overFlv, overTs, overSrt]) assertRelayed(await listed(player), sent)
})

/** Two listeners go to other ports, and take who comes there. */
async function move(all: Reloaded): Promise<void> {
  const [rtmp, srt] = [await freePort(), await freeUdpPort()]
  await all.configure({ rtmp: { listen: `127.0.0.1:${rtmp}` }, srt: { listen: `127.0.0.1:${srt}` } })
  const { ports } = await all.done('GET', '/api/v1/server')
  assert.deepEqual(ports, { http: all.server.httpPort, https: null, rtmp, rtmps: null, srt })
  await using rtmpPlayer = startPlayer(`rtmp://127.0.0.1:${rtmp}/live/none?wait=30s`)
  await all.untilCameIn('rtmp', 3)
  await using srtPlayer = listFrames(`srt://127.0.0.1:${srt}?streamid=read:live/none`, forms)
  await all.untilCameIn('srt', 2)
  await Promise.all([rtmpPlayer.close(), srtPlayer.close()])
}
