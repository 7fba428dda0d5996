import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { type SqliteFile, SqliteThread } from './sqlite-thread.ts'

/** SQLite as Node has it, in a thread. */
export class SqliteThreadDialect implements Dialect {
  readonly #file: SqliteFile

  constructor(file: SqliteFile) {
    this.#file = file
  }

  createDriver(): Driver {
    return new SqliteThreadDriver(this.#file)
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler()
  }

  createAdapter(): DialectAdapter {
    return new LockingAdapter()
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db)
  }
}

/** Two servers may open a new file at once: migrations are made in transactions, which wait for each other. */
class LockingAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** One connection, which Kysely hands out to one user at a time. */
class SqliteThreadDriver implements Driver {
  readonly #file: SqliteFile
  #connection: SqliteConnection | undefined

  constructor(file: SqliteFile) {
    this.#file = file
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= new SqliteConnection(new SqliteThread(this.#file))
    return this.#connection
  }

  /** Takes the right to write at once: one that begins by reading may find that it cannot write any more. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#connection?.close()
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #thread: SqliteThread

  constructor(thread: SqliteThread) {
    this.#thread = thread
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    return { rows: [...(await this.#thread.run({ sql, parameters }))] as Row[] }
  }

  streamQuery(): never {
    throw new RangeError('Cannot stream rows out of SQLite: nobody does')
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}
