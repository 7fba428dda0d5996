import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { AccessBackend } from '../support/access-backend.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { pollUntil } from '../support/polling.ts'
import { ServerProcess } from '../support/server-process.ts'
import { startSluice } from '../support/sluice-command.ts'

test('go-rtmp: a command line of go-rtmp serves FFmpeg, its hooks and its metrics', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-go-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await using backend = await AccessBackend.start()
  const script = join(folder, 'hook.sh')
  const seen = join(folder, 'seen')
  // Without a first line and the right to be run, as go-rtmp takes it.
  await writeFile(script, `echo "$RTMP_EVENT_TYPE $RTMP_STREAM_KEY $RTMP_PUBLISHING_NAME" > '${seen}'\n`)
  await using server = await ServerProcess.start(
    ...['-listen', '127.0.0.1:0', '-metrics-addr', '127.0.0.1:0', '-log-level=debug', '-chunk-size', '4096'],
    ...['-record-all', 'true', '-record-dir', folder, '-segment-duration', '1s', '-segment-pattern', 'seg_%03d'],
    ...['-auth-mode', 'token', '-auth-token', 'live/test=s3cret', '-hook-stdio-format', 'json'],
    ...['-hook-script', `publish_start=${script}`, '-hook-webhook', `publish_stop=${backend.url()}`],
    ...['--events-dir', join(folder, 'events')],
  )
  const path = await clip('clip.flv')
  await using refused = publishFile(server.rtmpUrl('live/test?token=guess'), path, 2)
  assert.notEqual((await refused.ended).code, 0)
  await using publisher = publishFile(server.rtmpUrl('live/test?token=s3cret'), path, 2)
  await publisher.untilDone()

  const body = await pollUntil('publish_stop', async () => backend.bodies[0] as unknown as Record<string, unknown>)
  assert.deepEqual([body['type'], body['stream_key']], ['publish_stop', 'live/test'])
  assert.match(String(body['conn_id']), /^rtmp-\d+$/)
  assert.ok(Math.abs(Number(body['timestamp']) - Date.now() / 1000) < 60)
  assert.equal((body['data'] as Record<string, unknown>)['video_codec'], 'H.264')
  assert.equal(await readFile(seen, 'utf8'), 'publish_start live/test test\n')
  await server.program.untilPrinted(/^RTMP_EVENT: \{"type":"auth_failed",.*"action":"publish"/m)
  await server.program.untilPrinted(/"code":"RECORD_STOPPED"/)
  assert.ok((await readdir(folder)).includes('seg_001.flv'))

  const variables = (await (await fetch(server.httpUrl('/debug/vars'))).json()) as Record<string, unknown>
  assert.equal(variables['rtmp_publishers_total'], 1)
  assert.equal(variables['rtmp_auth_failures_total'], 1)
  assert.ok(Number(variables['rtmp_messages_video']) >= 48)
  assert.doesNotMatch(JSON.stringify(variables), /s3cret/)
})

test('go-rtmp: its file of passphrases opens SRT, and a broken one is an error at the start', async ({
  onTestFinished,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-go-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'passphrases.json')
  await writeFile(file, '{"live/test": "correct-horse"}')
  await using server = await ServerProcess.start('-srt-listen', '127.0.0.1:0', '-srt-passphrase-file', file)
  const input = ['-v', 'error', '-re', '-t', '1', '-i', await clip('clip.flv'), '-c', 'copy', '-f', 'mpegts']
  const publishWith = (passphrase: string) =>
    startPeer('ffmpeg', [...input, server.srtUrl('publish:live/test', `&passphrase=${passphrase}`)])
  await using refused = publishWith('battery-staple')
  assert.notEqual((await refused.ended).code, 0)
  await using publisher = publishWith('correct-horse')
  await publisher.untilDone()

  await writeFile(file, '{"live/test": "short"}')
  await using program = startSluice(['-srt-listen', '127.0.0.1:0', '-srt-passphrase-file', file])
  const { code, stderr } = await program.ended
  assert.equal(code, 1)
  const rule = 'the passphrase of "live/test" must be a text of 10 to 79 bytes, or ""'
  assert.equal(stderr, `sluice: Cannot use the passphrase file: ${rule} (${file})\n`)
})
