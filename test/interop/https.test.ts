import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type PeerCertificate } from 'node:tls'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { annexBHashes } from '../support/annex-b-hashes.ts'
import { certificateFixture, certificatePath } from '../support/certificate-fixture.ts'
import { CertificateFolder } from '../support/certificate-folder.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, frameCount } from '../support/frame-list.ts'
import { Http2Client } from '../support/http2-client.ts'
import { metric, untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 6
const name = 'live/test'

function startServer(cert = certificatePath('server', 'crt'), key = certificatePath('server', 'key')) {
  const tls = ['--http-tls-listen', '127.0.0.1:0', '--http-tls-cert', cert, '--http-tls-key', key]
  return ServerProcess.start('--hub-resume-timeout', '500ms', ...tls)
}

async function portOf(server: ServerProcess): Promise<number> {
  return Number(new URL(await server.httpsUrl('/')).port)
}

test.concurrent('https: FFmpeg plays FLV as it was sent, and so does who takes it over HTTP/2', async () => {
  await using server = await startServer()
  const path = await clip('clip.flv')
  const sent = await framesOf(path, seconds)
  await using player = startPlayer(await server.httpsUrl(`/${name}.flv?wait=30s`))
  await untilConnections(server, 'https', 1)
  await using client = await Http2Client.connect(await portOf(server))
  const taken = client.get(`/${name}.flv?wait=30s`)
  await using publisher = publishFile(server.rtmpUrl(name), path, seconds)
  await publisher.untilDone()
  assert.equal(assertReceived(await received(player), sent), 0)
  const { body } = await taken
  await using reader = startPeer('ffmpeg', ['-v', 'error', '-i', '-', '-map', '0', '-c', 'copy', '-f', 'framemd5', '-'])
  reader.stdin.end(body)
  assert.equal(assertReceived(await received(reader), sent), 0)
})

test.concurrent('https: FFmpeg plays HLS as it was sent, up to the end', async () => {
  await using server = await startServer()
  const path = await clip('clip.flv')
  const sent = await annexBHashes(path, '-t', `${seconds}`)
  await using publisher = publishFile(server.rtmpUrl(name), path, seconds)
  await untilStream(server, name, ({ framesIn }) => framesIn > 50)
  const played = annexBHashes(await server.httpsUrl(`/${name}/index.m3u8`))
  await publisher.untilDone()
  for (const [i, hashes] of (await played).entries()) {
    assert.ok(hashes.length > 100, `only ${hashes.length} frames`)
    assert.deepEqual(hashes, sent[i]?.slice(-hashes.length))
  }
})

test.concurrent('https: a certificate that is replaced holds for who comes then, and viewers see nothing of it', async () => {
  await using files = await CertificateFolder.create('server')
  await using server = await startServer(files.cert, files.key)
  const port = await portOf(server)
  const path = await clip('clip.flv')
  const sent = await framesOf(path, seconds)
  await using player = startPlayer(await server.httpsUrl(`/${name}.flv?wait=30s`))
  await untilConnections(server, 'https', 1)
  await using client = await Http2Client.connect(port)
  const taken = client.get(`/${name}.flv?wait=30s`)
  await using publisher = publishFile(server.rtmpUrl(name), path, seconds)
  await untilStream(server, name, ({ framesIn }) => framesIn > frameCount(sent) / 3)
  const before = await shownBy(port)
  await files.put('renewed')
  await server.program.untilPrinted(/TLS_CERTIFICATE_READ/)
  assert.notEqual(await shownBy(port), before)
  assert.ok((await metric(server, 'sluice_tls_certificate_expiry_timestamp_seconds{protocol="https"}')) > 4e9)
  await publisher.untilDone()
  assert.equal(assertReceived(await received(player), sent), 0)
  assert.equal((await taken).status, 200)
})

/** The fingerprint of the certificate that a server shows now. */
async function shownBy(port: number): Promise<string> {
  const ca = [certificateFixture('server').cert, certificateFixture('renewed').cert]
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca })
  await once(socket, 'secureConnect')
  const { fingerprint256 }: PeerCertificate = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}
