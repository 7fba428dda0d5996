import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { ebml, hexText, openEbml } from '../../../../test/support/ebml.ts'
import { readFlvFixture } from '../../../../test/support/flv-fixture.ts'
import { PullFixture } from '../../../../test/support/pull-fixture.ts'
import { readTsFixture } from '../../../../test/support/ts-fixture.ts'
import { FileInput } from './file-input.ts'

const { signal } = new AbortController()

type Clean = (clean: () => void) => void

function folderWith(files: Readonly<Record<string, Uint8Array>>, onTestFinished: Clean): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-pull-file-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
  return folder
}

class FileFixture extends PullFixture {
  readonly opened: string[]

  constructor(url: string) {
    const opened: string[] = []
    super({
      ...{ url, onDemand: true },
      createInput: (pullUrl, context) => {
        assert.ok(pullUrl.protocol === 'file')
        opened.push(pullUrl.path)
        return new FileInput(pullUrl, context)
      },
    })
    this.opened = opened
  }
}

test('pull of a file: it is played at its pace to its end, which is an end, and again for who comes then', async ({
  onTestFinished,
}) => {
  const folder = folderWith({ 'clip.ts': readTsFixture('h264-aac') }, onTestFinished)
  const fixture = new FileFixture(join(folder, 'clip.ts'))
  const began = fixture.clock.now()
  assert.equal((await fixture.registry.waitLive('x', 0, signal))?.name, 'x')
  assert.equal(fixture.state, 'receiving')
  await fixture.until(() => fixture.state === 'ended')
  const { frames } = fixture
  assert.equal(frames.length, 70)
  const times = frames.map(({ dts }) => dts / 90)
  const span = Math.max(...times) - Math.min(...times)
  assert.ok(fixture.clock.now() - began >= span - 20, `${fixture.clock.now() - began} of ${span} ms`)
  const status = fixture.relay.list()[0]
  assert.deepEqual([status?.url, status?.failures], ['file:…/clip.ts', 0])
  assert.equal(status?.bytes, readTsFixture('h264-aac').length)
  assert.equal(fixture.registry.getLive('x'), undefined)
  await fixture.registry.waitLive('x', 0, signal)
  await fixture.until(() => fixture.state === 'ended' && frames.length === 140)
  await fixture.relay.close()
})

for (const [name, bytes, count] of [
  ['clip.ts', readTsFixture('h264-aac'), 70],
  ['clip.flv', readFlvFixture('h264-aac'), undefined],
] as const) {
  test(`pull of a file: ${name} goes on again and again, in one time and with one configuration`, async ({
    onTestFinished,
  }) => {
    const fixture = new FileFixture(`file://${folderWith({ [name]: bytes }, onTestFinished)}/${name}?loop=true`)
    fixture.relay.open(['x'])
    const once = new FileFixture(`file://${folderWith({ [name]: bytes }, onTestFinished)}/${name}`)
    once.relay.open(['x'])
    await once.until(() => once.state === 'ended')
    const length = once.frames.length
    assert.equal(length, count ?? length)
    await fixture.until(() => fixture.frames.length >= 3 * length)
    await fixture.relay.close()
    await once.relay.close()
    for (const kind of ['video', 'audio'] as const) {
      const frames = fixture.frames.slice(0, 3 * length).filter(({ track }) => track.kind === kind)
      // The sound of the clips is up to 97 ms longer than the picture.
      const steps = frames.slice(1).map(({ dts }, i) => dts - (frames[i]?.dts ?? 0))
      const { timescale = 1 } = frames[0]?.track ?? {}
      assert.ok(
        steps.every(step => step > 0 && step / timescale < 0.04 + 0.1),
        `${kind}: ${steps.join(' ')}`,
      )
      const perRound = frames.length / 3
      for (const [i, frame] of frames.entries()) {
        const first = frames[i % perRound]
        assert.ok(first !== undefined && Buffer.from(first.payload).equals(frame.payload))
        assert.equal(frame.track, frames.at(-1)?.track)
      }
    }
  })
}

test('pull of a file: one that is replaced is played as it is from the next round on', async ({ onTestFinished }) => {
  const folder = folderWith({ 'clip.ts': readTsFixture('h264-aac'), 'next.ts': readTsFixture('h265') }, onTestFinished)
  const fixture = new FileFixture(`${folder}/clip.ts?loop=true`)
  fixture.relay.open(['x'])
  await fixture.until(() => fixture.frames.length > 10)
  copyFileSync(join(folder, 'next.ts'), join(folder, 'new.ts'))
  rmSync(join(folder, 'clip.ts'))
  copyFileSync(join(folder, 'new.ts'), join(folder, 'clip.ts'))
  await fixture.until(() => fixture.frames.at(-1)?.track.codec === 'h265')
  const codecs = new Set(fixture.frames.slice(0, 70).map(({ track }) => track.codec))
  assert.deepEqual([...codecs].sort(), ['aac', 'h264'])
  await fixture.relay.close()
})

test('pull of a file: a gap in it is as long as it says', async ({ onTestFinished }) => {
  const cluster = (time: string): Buffer =>
    Buffer.concat([openEbml('1f43b675'), ebml('e7', time), ebml('a3', '81 0000 80 0102')])
  const slides = Buffer.concat([
    ...[ebml('1a45dfa3', ebml('4282', hexText('webm'))), openEbml('18538067')],
    ebml('1654ae6b', ebml('ae', ebml('d7', '01'), ebml('83', '01'), ebml('86', hexText('V_VP8')))),
    ...[cluster('00'), cluster('7530')],
  ])
  const fixture = new FileFixture(join(folderWith({ 'slides.webm': slides }, onTestFinished), 'slides.webm'))
  fixture.relay.open(['x'])
  await fixture.until(() => fixture.state === 'ended')
  assert.deepEqual(
    fixture.frames.map(({ dts }) => dts),
    [0, 30_000],
  )
  assert.ok(fixture.clock.now() >= 30_000)
  await fixture.relay.close()
})

const subtitlesAlone = Buffer.concat([
  ...[ebml('1a45dfa3', ebml('4282', hexText('webm'))), openEbml('18538067')],
  ebml('1654ae6b', ebml('ae', ebml('d7', '01'), ebml('83', '11'), ebml('86', hexText('S_TEXT/UTF8')))),
])

for (const [what, name, bytes, says] of [
  ['that is not there', 'none.ts', undefined, /^Cannot read none\.ts: there is no such file$/],
  ['of another kind', 'text.txt', Buffer.from('not a film'), /^Cannot read text\.txt: it must be FLV/],
  [
    'of subtitles',
    'x.mkv',
    subtitlesAlone,
    /^Cannot read Matroska: it has picture or sound that is carried, but track 1/,
  ],
  [
    'of no media',
    'x.flv',
    Buffer.from('464c5601050000000900000000', 'hex'),
    /^Cannot pull x: there is neither picture/,
  ],
  ['that is broken', 'x.mp4', Buffer.from('0000001c6674797069736f36', 'hex'), /^Cannot read MP4: it has a moov/],
] as const) {
  test(`pull of a file: one ${what} is told, and tried again`, async ({ onTestFinished }) => {
    const folder = folderWith(bytes === undefined ? {} : { [name]: bytes }, onTestFinished)
    const fixture = new FileFixture(join(folder, `${name}?loop=true`))
    fixture.relay.open(['x'])
    await fixture.until(() => fixture.relay.list()[0]?.failures === 2)
    assert.match(fixture.relay.list()[0]?.lastError ?? '', says)
    await fixture.relay.close()
    assert.equal(fixture.clock.pendingCount, 0)
  })
}

test('pull of a file: nothing that is no name of a stream becomes part of a path', async () => {
  const fixture = new FileFixture('/media/{name}.ts')
  for (const name of ['../etc/passwd', 'a/../../b', '.', '..', '/etc/passwd', 'a\0b', 'a?loop=true', 'a%2e', '']) {
    assert.equal(await fixture.registry.waitLive(name, 0, signal), undefined)
  }
  assert.deepEqual(fixture.opened, [])
  const waiting = fixture.registry.waitLive('a/b', 0, signal)
  await fixture.until(() => fixture.opened.length > 0)
  assert.deepEqual(fixture.opened, ['/media/a/b.ts'])
  await fixture.relay.close()
  fixture.clock.advance(20_000)
  assert.equal(await waiting, undefined)
})
