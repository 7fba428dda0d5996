import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { peerPath } from '../peers/peers.ts'
import { Program } from '../peers/program.ts'

/** PostgreSQL does not run as root, so root is nobody for it. */
const postgresUser = process.getuid?.() === 0 ? 65534 : undefined

export async function giveToPostgres(...paths: readonly string[]): Promise<void> {
  if (postgresUser === undefined) return
  for (const path of paths) await chown(path, postgresUser, postgresUser)
}

export const databasePassword = 'p@ss word/1'

/** PostgreSQL on a socket of its own, with a user `sluice`. Start it with `await using`. */
export class PostgresServer implements AsyncDisposable {
  readonly folder: string
  #program: Program
  #databases = 0

  private constructor(folder: string, program: Program) {
    this.folder = folder
    this.#program = program
  }

  /** @param flags Of the server. */
  static async start(...flags: readonly string[]): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-postgres-'))
    const password = join(folder, 'password')
    await writeFile(password, databasePassword)
    await giveToPostgres(folder, password)
    const access = ['--username=sluice', '--auth=scram-sha-256', `--pwfile=${password}`]
    const form = ['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions']
    const options = { user: postgresUser, cwd: folder }
    await using initdb = new Program(peerPath('initdb'), ['-D', join(folder, 'data'), ...access, ...form], options)
    await initdb.untilDone()
    return new PostgresServer(folder, await run(folder, flags))
  }

  /** URL of a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`
    await this.query(`create database ${name}`)
    return this.urlOf(name)
  }

  urlOf(database: string, password = databasePassword): string {
    return `postgres://sluice:${encodeURIComponent(password)}@localhost/${database}?socket=${this.folder}`
  }

  /** As the owner of everything. */
  async query(text: string, database = 'postgres'): Promise<void> {
    const client = new Client({ host: this.folder, user: 'sluice', password: databasePassword, database })
    await client.connect()
    try {
      await client.query(text)
    } finally {
      await client.end()
    }
  }

  /** Where it listens. */
  get socket(): string {
    return join(this.folder, '.s.PGSQL.5432')
  }

  async stop(): Promise<void> {
    // Without waiting for those who are connected.
    this.#program.kill('SIGINT')
    await this.#program.ended
  }

  async startAgain(): Promise<void> {
    this.#program = await run(this.folder, [])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true })
  }
}

async function run(folder: string, flags: readonly string[]): Promise<Program> {
  const place = ['-D', join(folder, 'data'), '-k', folder, '-c', 'listen_addresses=']
  const program = new Program(peerPath('postgres'), [...place, '-c', 'fsync=off', ...flags], {
    user: postgresUser,
    cwd: folder,
  })
  await program.untilPrinted(/ready to accept connections/)
  return program
}
