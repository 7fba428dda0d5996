import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { KeptLog } from '../../../test/support/kept-log.ts'
import { pollUntil } from '../../../test/support/polling.ts'
import { Passphrases } from './passphrases.ts'

class Fixture {
  readonly clock = new FakeClock()
  readonly log = new KeptLog()
  readonly path: string
  readonly passphrases: Passphrases

  constructor(path: string, passphrase: string) {
    this.path = path
    const { clock, log } = this
    this.passphrases = new Passphrases({ clock, log, config: { passphrase, passphraseFile: path } })
  }

  static async open(
    text: string,
    { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
    passphrase = '',
  ): Promise<Fixture> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-srt-'))
    const fixture = new Fixture(join(folder, 'passphrases.json'), passphrase)
    onTestFinished(async () => {
      fixture.passphrases.close()
      await rm(folder, { recursive: true })
    })
    await writeFile(fixture.path, text)
    await fixture.passphrases.open()
    return fixture
  }

  /** Change the file, and wait until that was noticed and acted upon. */
  async change(text: string): Promise<void> {
    await writeFile(this.path, text)
    await pollUntil('the change', async () => (this.clock.pendingCount > 0 ? true : undefined))
    this.clock.advance(100)
    await this.passphrases.reload()
  }

  get codes(): readonly string[] {
    return this.log.lines.map(({ code }) => code)
  }
}

test('passphrases: without a file there is one for all streams, or none', () => {
  const { clock, log } = new Fixture('', '')
  const one = new Passphrases({ clock, log, config: { passphrase: 'correct-horse', passphraseFile: '' } })
  assert.deepEqual([one.of('a'), one.of('b'), one.areUsed], ['correct-horse', 'correct-horse', true])
  const none = new Passphrases({ clock, log, config: { passphrase: '', passphraseFile: '' } })
  assert.deepEqual([none.of('a'), none.areUsed], ['', false])
})

test('passphrases: those of the file come first', async context => {
  const { passphrases } = await Fixture.open('{"a": "file-for-a", "b": ""}', context, 'general-one')
  assert.deepEqual(
    ['a', 'b', 'c'].map(name => passphrases.of(name)),
    ['file-for-a', '', 'general-one'],
  )
})

test('passphrases: with a file alone, a stream that it does not name has one that nobody knows', async context => {
  const { passphrases } = await Fixture.open('{"a": "file-for-a"}', context)
  assert.match(passphrases.of('b'), /^[0-9a-f]{64}$/)
  const other = await Fixture.open('{"a": "file-for-a"}', context)
  assert.notEqual(other.passphrases.of('b'), passphrases.of('b'))
})

test('passphrases: a change holds from then on, a broken file changes nothing and is told once', async context => {
  const fixture = await Fixture.open('{"a": "first-of-a"}', context)
  const { passphrases } = fixture
  await fixture.change('{"a": "second-of')
  await passphrases.reload()
  assert.equal(passphrases.of('a'), 'first-of-a')
  assert.equal(passphrases.health.problem(), 'Cannot use the passphrase file: line 1 is no YAML (MISSING_CHAR)')
  assert.deepEqual(fixture.codes, ['SRT_PASSPHRASES_REFUSED'])
  await fixture.change('{"a": "second-of-a"}')
  assert.equal(passphrases.of('a'), 'second-of-a')
  assert.equal(passphrases.health.problem(), undefined)
  assert.deepEqual(fixture.codes, ['SRT_PASSPHRASES_REFUSED', 'SRT_PASSPHRASES_READ'])
  assert.doesNotMatch(JSON.stringify(fixture.log.lines), /of-a/)
})

test('passphrases: they do not open without a whole file', async context => {
  await assert.rejects(Fixture.open('{"a": "short"}', context), {
    name: 'ConfigError',
    message: /^Cannot use the passphrase file: the passphrase of "a" must be .* \(.*passphrases\.json\)$/,
  })
  await assert.rejects(new Fixture('/nowhere/file', '').passphrases.open(), {
    name: 'ConfigError',
    message: /^Cannot read the passphrase file: ENOENT/,
  })
})
