import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, test } from 'vitest'
import { type CertificateName, certificatePath } from '../../test/support/certificate-fixture.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { ConfigError } from '../core/errors.ts'
import { CertificateFiles } from './certificate-files.ts'

/** Time stands still, but what a change of a file sets off does happen. */
class WatchClock extends FakeClock {
  override after(delay: number, callback: () => void) {
    const timer = setTimeout(callback, Math.min(delay, 10))
    return { cancel: () => clearTimeout(timer) }
  }
}

class Fixture {
  readonly log = new KeptLog()
  readonly clock = new WatchClock()
  readonly cert: string
  readonly key: string
  readonly folder: string
  readonly files: CertificateFiles
  #changed = Promise.withResolvers<void>()

  private constructor(folder: string) {
    this.folder = folder
    this.cert = join(folder, 'cert.pem')
    this.key = join(folder, 'key.pem')
    this.files = new CertificateFiles({
      section: 'rtmp.tls',
      cert: this.cert,
      key: this.key,
      clock: this.clock,
      log: this.log,
    })
    this.files.onChange(() => this.#changed.resolve())
  }

  static async create(): Promise<Fixture> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-certificate-'))
    const fixture = new Fixture(folder)
    onTestFinished(async () => {
      fixture.files.close()
      await rm(folder, { recursive: true })
    })
    return fixture
  }

  static async open(name: CertificateName = 'server'): Promise<Fixture> {
    const fixture = await Fixture.create()
    await fixture.put(name)
    await fixture.files.open()
    return fixture
  }

  async put(name: CertificateName): Promise<void> {
    await copyFile(certificatePath(name, 'key'), this.key)
    await copyFile(certificatePath(name, 'crt'), this.cert)
  }

  /** Wait for the next change that the listener is told of. */
  async changed(): Promise<void> {
    await this.#changed.promise
    this.#changed = Promise.withResolvers()
  }

  get name(): string {
    return new X509Certificate(this.files.current.cert).subject
  }

  get codes(): readonly string[] {
    return this.log.lines.map(({ code }) => code)
  }
}

async function assertRefused(fixture: Fixture, says: RegExp): Promise<void> {
  await assert.rejects(fixture.files.open(), (error: unknown) => {
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, says)
    return !error.message.includes('BEGIN')
  })
}

test('certificate: files that are not there are named, with the key of the configuration', async () => {
  const fixture = await Fixture.create()
  await assertRefused(
    fixture,
    /^Cannot use rtmp\.tls\.cert \(.*cert\.pem\): it must be a file that can be read.*ENOENT/,
  )
  await copyFile(certificatePath('server', 'crt'), fixture.cert)
  await assertRefused(fixture, /^Cannot use rtmp\.tls\.key \(.*key\.pem\): it must be a file/)
})

test('certificate: files that hold something else, or the two in the wrong place, are refused', async () => {
  const fixture = await Fixture.create()
  await copyFile(certificatePath('server', 'key'), fixture.cert)
  await copyFile(certificatePath('server', 'crt'), fixture.key)
  await assertRefused(fixture, /rtmp\.tls\.cert .* must be a certificate in PEM/)
  await copyFile(certificatePath('server', 'crt'), fixture.cert)
  await assertRefused(fixture, /rtmp\.tls\.key .* must be a private key in PEM/)
})

test('certificate: the key of another certificate, or one with a passphrase, is refused', async () => {
  const fixture = await Fixture.create()
  await copyFile(certificatePath('server', 'crt'), fixture.cert)
  await copyFile(certificatePath('renewed', 'key'), fixture.key)
  await assertRefused(fixture, /rtmp\.tls\.cert .* must belong to the key in .*key\.pem/)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const
  await writeFile(fixture.key, privateKey.export(locked))
  await assertRefused(fixture, /rtmp\.tls\.key .* without a passphrase/)
})

test('certificate: a new pair is used as soon as it is there', async () => {
  const fixture = await Fixture.open()
  assert.equal(fixture.name, 'CN=localhost')
  await fixture.put('renewed')
  await fixture.changed()
  assert.equal(fixture.name, 'CN=renewed.localhost')
  assert.equal(fixture.files.health.problem(), undefined)
})

test('certificate: a link that leads elsewhere from now on is followed, each time', async () => {
  const fixture = await Fixture.create()
  const live = join(fixture.folder, 'live')
  await mkdir(live)
  const point = async (name: CertificateName): Promise<void> => {
    for (const [path, suffix] of [
      ['key.pem', 'key'],
      ['cert.pem', 'crt'],
    ] as const) {
      await symlink(certificatePath(name, suffix), join(live, 'new'))
      await rename(join(live, 'new'), join(live, path))
    }
  }
  await point('server')
  await symlink(join(live, 'cert.pem'), fixture.cert)
  await symlink(join(live, 'key.pem'), fixture.key)
  await fixture.files.open()
  for (const name of ['renewed', 'server'] as const) {
    await point(name)
    await fixture.changed()
  }
  assert.equal(fixture.name, 'CN=localhost')
})

test('certificate: a broken pair is refused once, the one before holds, and the next good one is used', async () => {
  const fixture = await Fixture.open()
  await writeFile(fixture.key, 'half of a k')
  await fixture.files.reload()
  await fixture.files.reload()
  assert.equal(fixture.name, 'CN=localhost')
  assert.match(fixture.files.health.problem() ?? '', /rtmp\.tls\.key .* private key in PEM/)
  assert.deepEqual(fixture.codes, ['TLS_CERTIFICATE_REFUSED'])

  await fixture.put('renewed')
  await fixture.files.reload()
  assert.equal(fixture.name, 'CN=renewed.localhost')
  assert.equal(fixture.files.health.problem(), undefined)
  assert.equal(fixture.codes.at(-1), 'TLS_CERTIFICATE_READ')
})

test('certificate: files that say the same as before change nothing', async () => {
  const fixture = await Fixture.open()
  await fixture.put('server')
  await fixture.files.reload()
  assert.deepEqual(fixture.codes, [])
  assert.equal(fixture.files.facts?.readAt, fixture.clock.wall())
})

test('certificate: one that has expired is used with a warning', async () => {
  const fixture = await Fixture.create()
  fixture.clock.advance(120 * 365 * 86_400_000)
  await fixture.put('server')
  await fixture.files.open()
  assert.deepEqual(fixture.codes, ['TLS_CERTIFICATE_INVALID'])
  assert.match(fixture.log.lines[0]?.message ?? '', /has expired on 2120-/)
  assert.match(fixture.files.health.problem() ?? '', /certificate has expired on 2120-/)
  assert.equal(fixture.files.health.isWarning, true)
})
