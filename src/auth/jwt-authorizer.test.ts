import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'vitest'
import { AccessBackend } from '../../test/support/access-backend.ts'
import { question } from '../../test/support/access-question.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { TokenIssuer } from '../../test/support/token-issuer.ts'
import type { AccessRequest } from '../contracts/access.ts'
import { JwtAuthorizer } from './jwt-authorizer.ts'

/** FakeClock starts then. */
const now = Date.UTC(2026, 0, 1) / 1000
const mayPlay = { sluice: [{ action: 'play', path: 'live/**' }] }
const claims = { iss: 'https://id.example', aud: ['sluice', 'other'], exp: now + 60, ...mayPlay }

const quickly = { refresh: 600_000, cooldown: 0, issuer: 'https://id.example', audience: 'sluice' }

class Fixture {
  readonly clock = new FakeClock()
  readonly log = new KeptLog()
  readonly authorizer: JwtAuthorizer

  constructor(jwks: string, options: Partial<typeof quickly> = {}) {
    const { clock, log } = this
    this.authorizer = new JwtAuthorizer({ ...quickly, ...options, jwks, clock, log })
  }

  /** With the keys of `issuer` in a file. */
  static async withFile(
    issuer: TokenIssuer,
    { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
    options: Partial<typeof quickly> = {},
  ): Promise<Fixture & { readonly path: string }> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-jwt-'))
    const path = join(folder, 'jwks.json')
    await writeFile(path, await issuer.keySet())
    const fixture = new Fixture(path, options)
    onTestFinished(async () => {
      await fixture.authorizer.close()
      await rm(folder, { recursive: true })
    })
    await fixture.authorizer.open()
    return Object.assign(fixture, { path })
  }

  /** `allowed`, or the refusal and the reason. */
  async ask(token: string | undefined, differences: Partial<AccessRequest> = {}): Promise<string> {
    const credentials = token === undefined ? {} : { token }
    const verdict = await this.authorizer.authorize(question({ credentials, ...differences }))
    return verdict.isAllowed ? 'allowed' : `${verdict.refusal}: ${verdict.reason}`
  }
}

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

for (const algorithm of ['ES256', 'RS256', 'EdDSA']) {
  test(`jwt authorizer: a token of ${algorithm} allows what it says`, async context => {
    const issuer = await TokenIssuer.create('key-1', algorithm)
    const fixture = await Fixture.withFile(issuer, context)
    const token = await issuer.sign(claims)
    assert.equal(await fixture.ask(token), 'allowed')
    assert.equal(await fixture.ask(undefined, { credentials: { user: 'any', password: token } }), 'allowed')
    const refused = 'forbidden: the token does not allow it'
    assert.equal(await fixture.ask(token, { action: 'publish' }), refused)
    assert.equal(await fixture.ask(token, { stream: 'cam/a' }), refused)
    assert.equal(await fixture.ask(token, { action: 'api', stream: '' }), refused)
    assert.equal(await fixture.ask(undefined), 'missing: a token or a password is needed')
  })
}

test('jwt authorizer: expired, not yet good, without an end', async context => {
  const issuer = await TokenIssuer.create()
  const fixture = await Fixture.withFile(issuer, context)
  const token = await issuer.sign(claims)
  fixture.clock.advance(69_000)
  assert.equal(await fixture.ask(token), 'allowed')
  fixture.clock.advance(2_000)
  assert.equal(await fixture.ask(token), 'forbidden: the token has expired')
  const wrong = (claim: string): string =>
    `forbidden: the token is not good here: its claim "${claim}" is missing or wrong`
  const later = { ...claims, exp: now + 1000 }
  assert.equal(await fixture.ask(await issuer.sign({ ...later, nbf: now + 500 })), wrong('nbf'))
  assert.equal(await fixture.ask(await issuer.sign({ iss: claims.iss, aud: claims.aud })), wrong('exp'))
  assert.equal(await fixture.ask(await issuer.sign({ ...later, iss: 'https://evil.example' })), wrong('iss'))
  assert.equal(await fixture.ask(await issuer.sign({ ...later, aud: 'other' })), wrong('aud'))
  assert.equal(await fixture.ask(await issuer.sign({ ...later, aud: 'sluice' })), 'allowed')
})

test('jwt authorizer: issuer and audience count only if they are configured', async context => {
  const issuer = await TokenIssuer.create()
  const fixture = await Fixture.withFile(issuer, context, { issuer: '', audience: '' })
  assert.equal(await fixture.ask(await issuer.sign({ exp: now + 60, ...mayPlay })), 'allowed')
})

test('jwt authorizer: unsigned, signed by others, and changed tokens are wrong', async context => {
  const issuer = await TokenIssuer.create('key-1', 'RS256')
  const fixture = await Fixture.withFile(issuer, context)
  const [header = '', payload = '', signature = ''] = (await issuer.sign(claims)).split('.')
  const wrong = 'wrong: the token is wrong'
  for (const alg of ['none', 'None', 'NONE', '']) {
    const unsigned = `${encode({ alg, kid: 'key-1' })}.${payload}.`
    assert.equal(await fixture.ask(unsigned), wrong)
    assert.equal(await fixture.ask(`${unsigned}${signature}`), wrong)
  }
  // The public key taken for a shared secret: RFC 8725 §2.1.
  const confused = `${encode({ alg: 'HS256', kid: 'key-1' })}.${payload}`
  const mac = createHmac('sha256', JSON.stringify(await issuer.publicKey()))
    .update(confused)
    .digest('base64url')
  assert.equal(await fixture.ask(`${confused}.${mac}`), wrong)

  const foreign = await TokenIssuer.create('key-1', 'RS256')
  assert.equal(await fixture.ask(await foreign.sign(claims)), wrong)
  const unknown = await TokenIssuer.create('key-2', 'RS256')
  assert.equal(await fixture.ask(await unknown.sign(claims)), 'wrong: the token is signed with a key that is not known')
  const more = encode({ ...claims, sluice: [{ action: 'any' }] })
  assert.equal(await fixture.ask(`${header}.${more}.${signature}`), wrong)
  const embedded = encode({ alg: 'RS256', jwk: await foreign.publicKey() })
  assert.equal(await fixture.ask(`${embedded}.${payload}.${signature}`), wrong)
  for (const text of [
    '.',
    '..',
    'a.b.c',
    `${header}.${payload}`,
    'x'.repeat(10_000),
    `${encode('null')}.${payload}.x`,
  ]) {
    assert.equal(await fixture.ask(text), wrong)
  }
})

test('jwt authorizer: keys of a URL are fetched once, and again for a new key', async () => {
  await using backend = await AccessBackend.start()
  const [first, second] = await Promise.all([TokenIssuer.create('key-1'), TokenIssuer.create('key-2')])
  let fetches = 0
  let keys = await first.keySet()
  backend.answer = response => {
    fetches++
    response.setHeader('content-type', 'application/json').end(keys)
  }
  const fixture = new Fixture(backend.url('/jwks'))
  const token = await first.sign(claims)
  for (let i = 0; i < 5; i++) assert.equal(await fixture.ask(token), 'allowed')
  assert.equal(fetches, 1)
  keys = await second.keySet()
  assert.equal(await fixture.ask(await second.sign(claims)), 'allowed')
  assert.equal(fetches, 2)

  const patient = new Fixture(backend.url('/jwks'), { cooldown: 60_000 })
  for (let i = 0; i < 5; i++) assert.match(await patient.ask(token), /^wrong: the token is signed with a key/)
  assert.equal(fetches, 3)
})

test('jwt authorizer: keys that cannot be had let nobody in, told in one line', async () => {
  await using backend = await AccessBackend.start()
  const issuer = await TokenIssuer.create()
  const fixture = new Fixture(backend.url('/jwks?key=hunter2'))
  const token = await issuer.sign(claims)
  const answers: (typeof backend.answer)[] = [
    response => void response.writeHead(500).end(),
    response => void response.writeHead(302, { location: '/other' }).end(),
    response => void response.end('garbage'),
    response => void response.end('{"keys":{}}'),
    response => void response.socket?.destroy(),
  ]
  for (const answer of answers) {
    backend.answer = answer
    assert.equal(await fixture.ask(token), 'unavailable: access cannot be checked now')
  }
  const keys = await issuer.keySet()
  backend.answer = response => void response.end(keys)
  assert.equal(await fixture.ask(token), 'allowed')
  const codes = fixture.log.lines.map(({ code }) => code)
  assert.deepEqual(codes, ['AUTH_KEYS_FAILED', 'AUTH_KEYS_BACK'])
  assert.doesNotMatch(JSON.stringify(fixture.log.lines), /hunter2/)
})

test('jwt authorizer: a key file is read again, and a broken one changes nothing', async context => {
  const [first, second] = await Promise.all([TokenIssuer.create('key-1'), TokenIssuer.create('key-2')])
  const fixture = await Fixture.withFile(first, context)
  const { authorizer, path } = fixture
  await writeFile(path, (await second.keySet()).slice(0, -10))
  await authorizer.reload()
  assert.match(authorizer.problem() ?? '', /^Cannot use the key file: it must be a JSON Web Key Set/)
  assert.equal(await fixture.ask(await first.sign(claims)), 'allowed')
  await writeFile(path, await second.keySet())
  await authorizer.reload()
  assert.equal(authorizer.problem(), undefined)
  assert.equal(await fixture.ask(await second.sign(claims)), 'allowed')
  assert.match(await fixture.ask(await first.sign(claims)), /^wrong/)
})

test('jwt authorizer: it does not open without whole keys', async () => {
  await assert.rejects(
    new Fixture('/nowhere/jwks.json').authorizer.open(),
    /^ConfigError: Cannot read the key file: ENOENT/,
  )
})
