import { connect } from 'node:net'
import { CompiledQuery, type DatabaseConnection, MysqlDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { reasonOf } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { codeOf, type Explanation } from '../failure.ts'
import type { SqlServer } from '../store-url.ts'
import { endingWhenSilent, tlsOptionsOf } from './server-socket.ts'
import type { SqlDatabase } from './sql-database.ts'

/** By the driver's name of the error. @see https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html */
const reasons: Readonly<Record<string, string>> = {
  ER_ACCESS_DENIED_ERROR: 'the user or the password is wrong (1045)',
  ER_BAD_DB_ERROR: 'the database does not exist (1049)',
  ER_CON_COUNT_ERROR: 'the server has too many connections (1040)',
  ER_DBACCESS_DENIED_ERROR: 'the user may not use the database, or it does not exist (1044)',
  ER_DISK_FULL: "the database's disk is full (1021)",
  ER_LOCK_DEADLOCK: 'another server was in the way (1213)',
  ER_LOCK_WAIT_TIMEOUT: 'another server holds its tables (1205)',
  ER_OPTION_PREVENTS_STATEMENT: 'the database may only be read (1290)',
  ER_RECORD_FILE_FULL: "the database's disk is full (1114)",
  ER_SERVER_SHUTDOWN: 'the server stops (1053)',
  ER_TABLEACCESS_DENIED_ERROR: 'the user lacks a right (1142)',
  ER_SECURE_TRANSPORT_REQUIRED: 'the server demands TLS: sslmode=require (3159)',
  HANDSHAKE_NO_SSL_SUPPORT: 'the server does not encrypt its connections',
  PROTOCOL_CONNECTION_LOST: 'the connection was broken off',
}

/** Names that differ in nothing but case or accents are two names. */
const exact = sql`character set utf8mb4 collate utf8mb4_bin`

/** A database of a MySQL or MariaDB server. Connections are made when they are needed. */
export async function openMysql(server: SqlServer, timeout: Milliseconds): Promise<SqlDatabase> {
  const { host, port, socket, user, password, database } = server
  const ssl = await tlsOptionsOf(server)
  const pool = createPool({
    ...{
      host,
      port,
      user,
      password,
      database,
      ...(ssl !== undefined && { ssl: { ...ssl, verifyIdentity: ssl.rejectUnauthorized } }),
    },
    ...{ connectionLimit: 4, connectTimeout: timeout, charset: 'utf8mb4_bin' },
    stream: () => endingWhenSilent(socket === undefined ? connect(port, host) : connect(socket), timeout),
  })
  // Whoever uses a connection that fails is told by his query; nobody else need know.
  pool.on('connection', connection => connection.on('error', () => undefined))
  return {
    dialect: new MysqlDialect({ pool, onCreateConnection: connection => limitSilence(connection, timeout) }),
    columns: { key: length => sql`varchar(${sql.lit(length)}) ${exact}`, value: sql`longtext ${exact}` },
    explain,
  }
}

/**
 * A server that vanished in the midst of a change does not hold up the others until its connection is found dead. One
 * that is only idle is ended by us before.
 */
async function limitSilence(connection: DatabaseConnection, timeout: Milliseconds): Promise<void> {
  const statement = `set session wait_timeout = ${Math.ceil(timeout / 1000) + 1}`
  await connection.executeQuery(CompiledQuery.raw(statement))
}

function explain(error: unknown): Explanation | undefined {
  const code = codeOf(error) ?? ''
  const reason = code === 'HANDSHAKE_SSL_ERROR' ? `TLS cannot begin: ${reasonOf(error)}` : reasons[code]
  return reason === undefined ? undefined : { fault: 'unavailable', reason }
}
