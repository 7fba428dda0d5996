import assert from 'node:assert/strict'
import { beforeAll, test } from 'vitest'
import { SystemClock } from '../../src/app/system-clock.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { defineSection } from '../../src/config/section.ts'
import { StreamRegistry } from '../../src/hub/stream-registry.ts'
import { srtConfig } from '../../src/servers/srt/config.ts'
import { SrtServer } from '../../src/servers/srt/srt-server.ts'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { KeptLog } from '../support/kept-log.ts'
import { playSettingsOfAll, publishSettingsOfAll } from '../support/path-settings.ts'
import { pollUntil } from '../support/polling.ts'
import { settingsOfAll } from '../support/stream-settings.ts'

let path: string
beforeAll(async () => {
  path = await clip('clip.flv')
})

test('srt: what FFmpeg sends and the server throws at ends that connection, and no other', async () => {
  const clock = new SystemClock()
  const hub = { settingsOf: settingsOfAll(), wireLinger: 0, resumeTimeout: 0, onConflict: 'reject' } as const
  const registry = new StreamRegistry({ clock, ...hub })
  registry.observe({
    onTrack: ({ name }) => {
      if (name === 'live/odd') throw new TypeError('no such thing')
    },
  })
  const log = new KeptLog()
  const faults: unknown[] = []
  const server = createServer({ registry, clock, log, onInternalFault: ({ error }) => void faults.push(error) })
  await server.open()
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  await using publishers = new AsyncDisposableStack()
  publishers.use(publishTo(port, 'live/bystander'))
  const framesIn = (): number => registry.get('live/bystander')?.framesIn ?? 0
  await pollUntil('the bystander', async () => framesIn() > 0 || undefined)
  publishers.use(publishTo(port, 'live/odd'))
  const isFailed = ({ code }: { readonly code: string }): boolean => code === 'SRT_FAILED'
  await pollUntil('the end', async () => log.lines.find(isFailed))
  const before = framesIn()
  await pollUntil('more frames', async () => framesIn() > before + 10 || undefined)
  assert.equal(registry.getLive('live/odd'), undefined)
  assert.ok(faults.length > 0 && faults.every(fault => fault instanceof TypeError))
  await server.close()
})

type Given = Pick<ConstructorParameters<typeof SrtServer>[0], 'registry' | 'clock' | 'log' | 'onInternalFault'>

function createServer(given: Given): SrtServer {
  const section = defineSection('Test', { srt: srtConfig })
  const { config } = loadConfig(section, { argv: [], env: {}, readFile: () => undefined })
  const reports = { open: () => undefined, close: () => undefined, of: () => undefined }
  return new SrtServer({
    ...{ ...given, config: config.srt, srtReports: reports, faultReports: reports },
    ...{ playSettings: playSettingsOfAll(), publishSettings: publishSettingsOfAll() },
    authorizer: { authorize: async () => ({ isAllowed: true }) },
    attempts: { refuseUnheard: () => undefined, refuseWrong: () => undefined },
    events: { emit: () => undefined },
  })
}

function publishTo(port: number, stream: string): Program {
  const url = `srt://127.0.0.1:${port}?streamid=publish:${stream}`
  return startPeer('ffmpeg', ['-v', 'error', '-re', '-i', path, '-c', 'copy', '-f', 'mpegts', url])
}
