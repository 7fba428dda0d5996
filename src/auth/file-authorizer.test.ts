import assert from 'node:assert/strict'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'vitest'
import { question } from '../../test/support/access-question.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { pollUntil } from '../../test/support/polling.ts'
import type { AccessRequest } from '../contracts/access.ts'
import { FileAuthorizer } from './file-authorizer.ts'

/** Password "mypass"; see secret.test.ts. */
const scrypt = '$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$OwxhwE0nLbHHfsQ9l2LGRJi5EDo/khQyMgeGV1zLyXE'

const users = (...entries: string[]): string => `users:\n${entries.map(entry => `  - {${entry}}\n`).join('')}`
const eva = 'user: eva, password: hunter2, allow: [play on live/** from 192.0.2.0/24]'
const adam = `user: adam, password: "${scrypt}", allow: any`

class Fixture {
  readonly clock = new FakeClock()
  readonly log = new KeptLog()
  readonly path: string
  readonly authorizer: FileAuthorizer

  constructor(folder: string) {
    this.path = join(folder, 'access.yaml')
    this.authorizer = new FileAuthorizer(this)
  }

  static async open(text: string, { onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<Fixture> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-auth-'))
    const fixture = new Fixture(folder)
    onTestFinished(async () => {
      await fixture.authorizer.close()
      await rm(folder, { recursive: true })
    })
    await writeFile(fixture.path, text)
    await fixture.authorizer.open()
    return fixture
  }

  async ask(credentials: AccessRequest['credentials'], differences: Partial<AccessRequest> = {}): Promise<string> {
    const verdict = await this.authorizer.authorize(question({ credentials, ...differences }))
    return verdict.isAllowed ? 'allowed' : verdict.refusal
  }

  get codes(): readonly string[] {
    return this.log.lines.map(({ code }) => code)
  }

  /** Wait until the change of the file was noticed, and has been acted upon. */
  async noticed(): Promise<void> {
    await pollUntil('the change', async () => (this.clock.pendingCount > 0 ? true : undefined))
    this.clock.advance(100)
    await this.authorizer.reload()
  }
}

test('file authorizer: users by password, plain and hashed', async context => {
  const fixture = await Fixture.open(users(eva, adam), context)
  assert.equal(await fixture.ask({ user: 'eva', password: 'hunter2' }), 'allowed')
  assert.equal(await fixture.ask({ user: 'eva', password: 'hunter3' }), 'wrong')
  assert.equal(await fixture.ask({ user: 'adam', password: 'mypass' }, { action: 'publish' }), 'allowed')
  assert.equal(await fixture.ask({ user: 'adam', password: 'mypass' }, { action: 'api', stream: '' }), 'allowed')
  assert.equal(await fixture.ask({ user: 'adam', password: 'hunter2' }), 'wrong')
  assert.equal(await fixture.ask({ user: 'nobody', password: 'mypass' }), 'wrong')
  assert.equal(await fixture.ask({ password: 'mypass' }), 'wrong')
  assert.equal(await fixture.ask({ user: 'eva' }), 'missing')
})

test('file authorizer: who is known and may not is told apart from who is not known', async context => {
  const fixture = await Fixture.open(users(eva), context)
  const credentials = { user: 'eva', password: 'hunter2' }
  assert.equal(await fixture.ask(credentials, { action: 'publish' }), 'forbidden')
  assert.equal(await fixture.ask(credentials, { stream: 'cam/a' }), 'forbidden')
  assert.equal(await fixture.ask(credentials, { address: '198.51.100.1' }), 'forbidden')
})

test('file authorizer: tokens, also in the place of a password', async context => {
  const fixture = await Fixture.open('tokens: [{token: t1, allow: play}, {token: t2, allow: publish}]', context)
  assert.equal(await fixture.ask({ token: 't1' }), 'allowed')
  assert.equal(await fixture.ask({ user: 'any', password: 't1' }), 'allowed')
  assert.equal(await fixture.ask({ token: 't2' }), 'forbidden')
  assert.equal(await fixture.ask({ token: 't3' }), 'wrong')
})

test('file authorizer: a change holds from then on, a broken file changes nothing and is told once', async context => {
  const fixture = await Fixture.open(users(eva), context)
  const { path, authorizer } = fixture
  const credentials = { user: 'eva', password: 'hunter4' }
  await writeFile(path, users(eva).slice(0, -10))
  await fixture.noticed()
  await authorizer.reload()
  assert.equal(await fixture.ask({ user: 'eva', password: 'hunter2' }), 'allowed')
  assert.match(authorizer.problem() ?? '', /^Cannot use the access file: line \d+ is no YAML/)
  assert.deepEqual(fixture.codes, ['AUTH_FILE_REFUSED'])

  await writeFile(`${path}.new`, users(eva.replace('hunter2', 'hunter4')))
  await rename(`${path}.new`, path)
  await fixture.noticed()
  assert.equal(await fixture.ask(credentials), 'allowed')
  assert.equal(authorizer.problem(), undefined)
  assert.deepEqual(fixture.codes, ['AUTH_FILE_REFUSED', 'AUTH_FILE_READ'])
  assert.doesNotMatch(JSON.stringify(fixture.log.lines), /hunter/)
})

test('file authorizer: a file that goes away and comes back as it was', async context => {
  const fixture = await Fixture.open(users(eva), context)
  await rm(fixture.path)
  await fixture.authorizer.reload()
  assert.match(fixture.authorizer.problem() ?? '', /^Cannot read the access file: ENOENT/)
  assert.equal(await fixture.ask({ user: 'eva', password: 'hunter2' }), 'allowed')
  await writeFile(fixture.path, users(eva))
  await fixture.authorizer.reload()
  assert.equal(fixture.authorizer.problem(), undefined)
})

test('file authorizer: it does not open without a whole file', async context => {
  await assert.rejects(
    Fixture.open('users: [', context),
    /^ConfigError: Cannot use the access file: line 1 .*access.yaml/,
  )
  await assert.rejects(new Fixture('/nowhere').authorizer.open(), /^ConfigError: Cannot read the access file: ENOENT/)
})

test('file authorizer: more passwords at a time than can be checked are refused, and it goes on', async context => {
  const fixture = await Fixture.open(users(adam), context)
  const guesses = Array.from({ length: 150 }, (_, i) => fixture.ask({ user: `u${i}`, password: `p${i}` }))
  const verdicts = await Promise.all(guesses)
  assert.equal(verdicts.filter(verdict => verdict === 'unavailable').length, 48)
  assert.equal(verdicts.filter(verdict => verdict === 'wrong').length, 102)
  assert.equal(await fixture.ask({ user: 'adam', password: 'mypass' }), 'allowed')
})
