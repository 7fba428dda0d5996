import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { peerPath } from '../peers/peers.ts'
import { Program } from '../peers/program.ts'
import { databasePassword } from './postgres-server.ts'

/** MariaDB on a socket of its own, with a user `sluice`. Start it with `await using`. */
export class MariadbServer implements AsyncDisposable {
  readonly folder: string
  readonly #program: Program
  #databases = 0

  private constructor(folder: string, program: Program) {
    this.folder = folder
    this.#program = program
  }

  /** @param flags Of the server. */
  static async start(...flags: readonly string[]): Promise<MariadbServer> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-mariadb-'))
    const place = ['--no-defaults', `--datadir=${join(folder, 'data')}`, `--socket=${join(folder, 'socket')}`]
    const manners = [...place, '--skip-networking', '--innodb-flush-log-at-trx-commit=0', '--user=root']
    await mkdir(join(folder, 'data'))
    await using bootstrap = new Program(peerPath('mariadbd'), [...manners, '--bootstrap'])
    bootstrap.stdin.end(await bootstrapText())
    await bootstrap.untilDone()
    const users = join(folder, 'users.sql')
    await writeFile(
      users,
      `create user sluice identified by '${databasePassword}';\ngrant all on *.* to sluice with grant option;\n`,
    )
    const program = new Program(peerPath('mariadbd'), [...manners, `--init-file=${users}`, ...flags])
    await program.untilPrinted(/ready for connections/)
    return new MariadbServer(folder, program)
  }

  /** URL of a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`
    await this.query(`create database ${name}`)
    return this.urlOf(name)
  }

  urlOf(database: string, user = 'sluice', password = databasePassword): string {
    return `mysql://${user}:${encodeURIComponent(password)}@localhost/${database}?socket=${this.socket}`
  }

  /** As the owner of everything. */
  async query(text: string): Promise<void> {
    const connection = await createConnection({ socketPath: this.socket, user: 'sluice', password: databasePassword })
    try {
      await connection.query(text)
    } finally {
      connection.destroy()
    }
  }

  get socket(): string {
    return join(this.folder, 'socket')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.close()
    await rm(this.folder, { recursive: true })
  }
}

/** The tables with users and rights, which a server needs before it starts. */
async function bootstrapText(): Promise<string> {
  await using help = new Program(peerPath('mariadbd'), ['--no-defaults', '--verbose', '--help'])
  const { stdout } = await help.untilDone()
  const folder = /^character-sets-dir +(.+)charsets\/$/m.exec(stdout.toString())?.[1] ?? ''
  // Named for MySQL up to MariaDB 10.11.
  const prefix = (await readdir(folder)).includes('mariadb_system_tables.sql') ? 'mariadb' : 'mysql'
  const names = ['system_tables', 'system_tables_data'].map(name => `${prefix}_${name}.sql`)
  const scripts = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')))
  return ['create database mysql;', 'use mysql;', 'set @auth_root_socket=NULL;', ...scripts, ''].join('\n')
}
