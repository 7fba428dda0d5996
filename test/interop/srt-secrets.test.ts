import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { assertRelayed, framesOfTs, listed, listFrames } from '../support/common-form.ts'
import { logLines, untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { srtLiveTransmit } from '../support/srt-pipes.ts'

const seconds = 4
const forms = ['h264', 'aac'] as const

/** Keys are changed after so many packets, of which there are some 60 a second. */
const period = 9
const preAnnouncement = 4

/** FFmpeg sends a clip over SRT at its own pace. */
async function publish(url: string, ...options: readonly string[]): Promise<Program> {
  const input = ['-v', 'error', '-re', ...options, '-i', await clip('clip.flv'), '-c', 'copy', '-f', 'mpegts']
  return startPeer('ffmpeg', [...input, url])
}

/** Players of a stream whose publisher has left are not kept waiting. */
const soonOver = ['--hub-resume-timeout', '500ms']
const forSeconds = ['-t', `${seconds}`]
const forEver = ['-stream_loop', '-1']

/** libsrt's program plays; it passes the rest of the URL on as it stands. */
function play(server: ServerProcess, stream: string, passphrase?: string): Program {
  const secret = passphrase === undefined ? '' : `&passphrase=${passphrase}`
  return srtLiveTransmit.from(`srt://127.0.0.1:${server.srtPort}?streamid=read:${stream}${secret}`)
}

/** What libsrt says about the reasons. */
const words = {
  SRT_REJ_BADSECRET: /Incorrect passphrase/,
  SRT_REJ_UNSECURE: /Password required or unexpected/,
  SRT_REJX_OVERLOAD: /ERROR:PREDEFINED:402/,
} as const

/** Once in a while the program misses that it was refused, and waits for ever; libsrt has said so all the same. */
async function assertRefused(refused: Program, reason: keyof typeof words): Promise<void> {
  await using player = refused
  await player.untilPrinted(words[reason])
}

class Fixture {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  static async create({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<Fixture> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-srt-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    return new Fixture(join(folder, 'passphrases.json'))
  }

  async write(passphrases: Readonly<Record<string, string>>): Promise<void> {
    await writeFile(this.#file, JSON.stringify(passphrases))
  }

  start(...flags: readonly string[]): Promise<ServerProcess> {
    return ServerProcess.start('--srt-passphrase-file', this.#file, ...flags)
  }
}

for (const keyLength of [16, 24, 32]) {
  test.concurrent(`srt secrets: dozens of keys of ${keyLength * 8} bits in both directions, and not a frame is lost`, async () => {
    const passphrase = 'correct-horse-battery'
    await using server = await ServerProcess.start(
      ...['--srt-passphrase', passphrase, '--srt-key-refresh-period', `${period}`],
      ...['--srt-key-refresh-pre-announcement', `${preAnnouncement}`],
      ...soonOver,
    )
    await using player = play(server, 'live/test?wait=30s', passphrase)
    await untilConnections(server, 'srt', 1)
    const refresh = `&passphrase=${passphrase}&pbkeylen=${keyLength}&kmrefreshrate=${period}&kmpreannounce=${preAnnouncement}`
    await using publisher = await publish(server.srtUrl('publish:live/test', refresh), ...forSeconds)
    await publisher.untilDone()
    await using source = listFrames(await clip('clip.flv'), forms, ...forSeconds)
    const { stdout } = await player.untilDone()
    assertRelayed(await framesOfTs(stdout, forms), await listed(source), { atStart: 0, atEnd: 20 })
    const [, packets] = await server.program.untilPrinted(/"code":"SRT_CLOSED","pktSent":([1-9]\d+)/)
    assert.ok(Number(packets) > 24 * period, `${packets} packets`)
  })
}

describe('srt secrets: each stream has its own', () => {
  test.concurrent('and one does not open another', async context => {
    const fixture = await Fixture.create(context)
    await fixture.write({ 'live/a': 'passphrase-of-a', 'cam/**': 'passphrase-of-cam', 'public/*': '' })
    await using server = await fixture.start()
    const publishing = await Promise.all(
      [
        server.srtUrl('publish:live/a', '&passphrase=passphrase-of-a'),
        server.srtUrl('publish:cam/roof/north', '&passphrase=passphrase-of-cam'),
        server.srtUrl('publish:public/test'),
      ].map(url => publish(url, ...forEver)),
    )
    context.onTestFinished(async () => {
      for (const publisher of publishing) await publisher.close()
    })
    for (const name of ['live/a', 'cam/roof/north', 'public/test']) {
      await untilStream(server, name, ({ framesIn }) => framesIn > 0)
    }
    await assertRefused(play(server, 'live/a', 'passphrase-of-cam'), 'SRT_REJ_BADSECRET')
    await assertRefused(play(server, 'live/a'), 'SRT_REJ_UNSECURE')
    await assertRefused(play(server, 'public/test', 'passphrase-of-cam'), 'SRT_REJ_UNSECURE')
  })

  test.concurrent('and nobody can tell which streams have one', async context => {
    const fixture = await Fixture.create(context)
    await fixture.write({ 'live/a': 'passphrase-of-a' })
    await using server = await fixture.start()
    for (const stream of ['live/a', 'live/unknown']) {
      await assertRefused(play(server, stream, 'guess-of-mine'), 'SRT_REJ_BADSECRET')
      await assertRefused(play(server, stream), 'SRT_REJ_UNSECURE')
    }
    assert.doesNotMatch(server.program.output, /passphrase-of-a|guess-of-mine/)
  })

  test.concurrent('which changes while the server runs: who is there stays, who comes must know it', async context => {
    const fixture = await Fixture.create(context)
    await fixture.write({ 'live/a': 'first-of-a', 'live/b': 'first-of-b' })
    await using server = await fixture.start(...soonOver)
    await using publisher = await publish(server.srtUrl('publish:live/a', '&passphrase=first-of-a'), ...forEver)
    await untilStream(server, 'live/a', ({ framesIn }) => framesIn > 0)

    await fixture.write({ 'live/b': 'second-of-b' })
    await server.program.untilPrinted(/"code":"SRT_PASSPHRASES_READ"/)
    await assertRefused(play(server, 'live/a', 'first-of-a'), 'SRT_REJ_BADSECRET')
    const { framesIn: before } = await untilStream(server, 'live/a', () => true)
    await untilStream(server, 'live/a', ({ framesIn }) => framesIn > before + 25)
    await using second = await publish(server.srtUrl('publish:live/b', '&passphrase=second-of-b'), ...forSeconds)
    await untilStream(server, 'live/b', ({ framesIn }) => framesIn > 0)

    await fixture.write({ 'live/b': 'short' })
    await server.program.untilPrinted(/"code":"SRT_PASSPHRASES_REFUSED"/)
    server.program.kill('SIGHUP')
    await server.program.untilPrinted(/"code":"SERVER_RELOADING"/)
    await using third = play(server, 'live/b', 'second-of-b')
    await second.untilDone()
    assert.ok((await third.untilDone()).stdout.length > 0)
    assert.equal(logLines(server).filter(({ code }) => code === 'SRT_PASSPHRASES_REFUSED').length, 1)
    assert.equal((await fetch(server.httpUrl('/readyz'))).status, 200)
    assert.match(await (await fetch(server.httpUrl('/readyz'))).text(), /srt\.passphraseFile/)
    assert.doesNotMatch(server.program.output, /(first|second)-of/)
    publisher.kill('SIGINT')
  })

  test.concurrent('and without a good file the server does not start', async context => {
    const fixture = await Fixture.create(context)
    await fixture.write({ 'live/a': 'short' })
    await assert.rejects(
      fixture.start(),
      /Cannot use the passphrase file: the passphrase of "live\/a" must be a text of/,
    )
  })
})

test.concurrent('srt secrets: where they are optional, callers without one are let in beside the others', async () => {
  const passphrase = 'correct-horse-battery'
  await using server = await ServerProcess.start(
    '--srt-passphrase',
    passphrase,
    '--srt-encryption',
    'optional',
    ...soonOver,
  )
  await using plain = await publish(server.srtUrl('publish:live/plain'), ...forSeconds)
  await using sealed = await publish(server.srtUrl('publish:live/sealed', `&passphrase=${passphrase}`), ...forSeconds)
  for (const name of ['live/plain', 'live/sealed']) await untilStream(server, name, ({ framesIn }) => framesIn > 0)
  await using sealedPlayer = play(server, 'live/plain', passphrase)
  await using plainPlayer = play(server, 'live/sealed')
  await assertRefused(play(server, 'live/plain', 'guess-of-mine'), 'SRT_REJ_BADSECRET')
  await Promise.all([plain.untilDone(), sealed.untilDone()])
  for (const player of [sealedPlayer, plainPlayer]) {
    const [first] = (await player.untilDone()).stdout
    assert.equal(first, 0x47)
  }
})

test.concurrent('srt secrets: an address that guesses too often is heard no more, even with the right one', async () => {
  const passphrase = 'correct-horse-battery'
  await using server = await ServerProcess.start('--srt-passphrase', passphrase, '--auth-failures-limit', '2')
  for (let i = 0; i < 2; i++) await assertRefused(play(server, 'live/test', 'guess-of-mine'), 'SRT_REJ_BADSECRET')
  await assertRefused(play(server, 'live/test', passphrase), 'SRT_REJX_OVERLOAD')
  const codes = logLines(server).map(({ code }) => code)
  assert.equal(codes.filter(code => code === 'AUTH_REFUSED').length, 2)
  assert.equal(codes.filter(code => code === 'AUTH_BLOCKED').length, 1)
})
