import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { clip, ffmpegFor } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { type CertificateName, certificatePath } from '../support/certificate-fixture.ts'
import { CertificateFolder } from '../support/certificate-folder.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, frameCount, withoutFlacHeader } from '../support/frame-list.ts'
import { metric, untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 5
const name = 'live/test'

function tlsFlags(cert: string, key: string): readonly string[] {
  return ['--rtmp-tls-listen', '127.0.0.1:0', '--rtmp-tls-cert', cert, '--rtmp-tls-key', key]
}

const flags = tlsFlags(certificatePath('server', 'crt'), certificatePath('server', 'key'))

const clips = ['clip.flv', 'hevc.flv', 'av1.flv', 'vp9.flv', 'vp9-opus.flv', 'hevc-flac.flv', 'av1-ac3.flv'] as const

for (const file of clips) {
  const ffmpeg = ffmpegFor(file)
  test.concurrent(`rtmps: ${file} reaches players over TLS and without, and over TLS from a publisher without`, async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms', ...flags)
    const path = await clip(file)
    const sent = withoutFlacHeader(await framesOf(path, seconds, ffmpeg))
    await using secure = startPlayer(await server.rtmpsUrl(`${name}?wait=30s`), ffmpeg)
    await using plain = startPlayer(server.rtmpUrl(`${name}?wait=30s`), ffmpeg)
    await untilConnections(server, 'rtmps', 1)
    await untilConnections(server, 'rtmp', 1)
    await using publisher = publishFile(await server.rtmpsUrl(name), path, seconds, ffmpeg)
    const { publisher: shown } = await untilStream(server, name, ({ framesIn }) => framesIn > frameCount(sent) / 2)
    assert.equal(shown?.protocol, 'rtmps')
    await using late = startPlayer(await server.rtmpsUrl(name), ffmpeg)
    await publisher.untilDone()
    const skipped = async (player: Program): Promise<number> => {
      return assertReceived(withoutFlacHeader(await received(player)), sent)
    }
    assert.deepEqual([await skipped(secure), await skipped(plain)], [0, 0])
    assert.ok((await skipped(late)) > 0)
  })
}

test.concurrent('rtmps: GStreamer publishes', async () => {
  await using server = await ServerProcess.start(...flags)
  const picture =
    'videotestsrc is-live=true ! video/x-raw,width=160,height=120 ! x264enc tune=zerolatency key-int-max=25'
  const sink = `rtmp2sink location=${await server.rtmpsUrl(name)} tls-validation-flags=0`
  const pipeline = `-q ${picture} ! h264parse ! flvmux streamable=true ! ${sink}`
  await using gstreamer = startPeer('gst-launch-1.0', pipeline.split(' '))
  const { publisher } = await untilStream(server, name, ({ framesIn }) => framesIn > 30)
  assert.equal(publisher?.protocol, 'rtmps')
  await gstreamer.close()
})

// Of TLS 1.3, librtmp with GnuTLS takes a session ticket for the end of the connection.
test.concurrent('rtmps: rtmpdump, which needs TLS 1.2, writes a valid FLV file with the same frames', async ({
  onTestFinished,
}) => {
  const folder = await temporaryFolder(onTestFinished)
  await using server = await ServerProcess.start(
    '--hub-resume-timeout',
    '500ms',
    '--rtmp-tls-max-version',
    '1.2',
    ...flags,
  )
  const path = await clip('clip.flv')
  const sent = await framesOf(path, seconds)
  const file = join(folder, 'dump.flv')
  await using publisher = publishFile(server.rtmpUrl(name), path, seconds)
  await untilStream(server, name, ({ framesIn }) => framesIn > frameCount(sent) / 2)
  await using rtmpdump = startPeer('rtmpdump', ['--live', '-r', await server.rtmpsUrl(name), '-o', file])
  await publisher.untilDone()
  await rtmpdump.untilDone()
  assert.ok(assertReceived(await framesOf(file), sent) > 0)
})

test.concurrent('rtmps: a certificate that is replaced holds for who comes then, and nobody is disconnected', async () => {
  await using files = await CertificateFolder.create('server')
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms', ...tlsFlags(files.cert, files.key))
  const path = await clip('clip.flv')
  await using publisher = publishFile(await server.rtmpsUrl(name), path, 10)
  await untilStream(server, name, ({ framesIn }) => framesIn > 30)
  const url = await server.rtmpsUrl(name)
  await assertTrusts(url, 'server', true)

  await files.put('renewed')
  await server.program.untilPrinted(/TLS_CERTIFICATE_READ/)
  await assertTrusts(url, 'server', false)
  await assertTrusts(url, 'renewed', true)
  assert.ok((await metric(server, 'sluice_tls_certificate_expiry_timestamp_seconds{protocol="rtmps"}')) > 4e9)
  assert.equal((await untilStream(server, name, () => true)).state, 'live')
  await publisher.close()
})

test.concurrent('rtmps: a key that belongs to another certificate is an error at the start', async () => {
  const start = ServerProcess.start(...tlsFlags(certificatePath('server', 'crt'), certificatePath('renewed', 'key')))
  await assert.rejects(
    start,
    /Cannot use rtmp\.tls\.cert \(\S+server\.crt\): it must belong to the key in \S+renewed\.key/,
  )
})

/** FFmpeg plays a moment with the server's certificate checked against a file. */
async function assertTrusts(url: string, trusted: CertificateName, isTrusted: boolean): Promise<void> {
  const trust = ['-tls_verify', '1', '-ca_file', certificatePath(trusted, 'crt')]
  await using player: Program = startPeer('ffmpeg', [
    '-v',
    'error',
    ...trust,
    '-i',
    url,
    '-t',
    '0.2',
    '-f',
    'null',
    '-',
  ])
  assert.equal((await player.ended).code === 0, isTrusted, player.output)
}

async function temporaryFolder(onTestFinished: (clean: () => Promise<void>) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-rtmps-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}
