import { Socket } from 'node:net'
import { CompiledQuery, type DatabaseConnection, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import type { Milliseconds } from '../../core/units.ts'
import { codeOf, type Explanation } from '../failure.ts'
import type { SqlServer } from '../store-url.ts'
import { endingWhenSilent, tlsOptionsOf } from './server-socket.ts'
import type { SqlDatabase } from './sql-database.ts'

/** By SQLSTATE. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const reasons: Readonly<Record<string, string>> = {
  '25006': 'the database may only be read (SQLSTATE 25006)',
  '28000': 'the server does not let this user in (SQLSTATE 28000)',
  '28P01': 'the password is wrong (SQLSTATE 28P01)',
  '3D000': 'the database does not exist (SQLSTATE 3D000)',
  '42501': 'the user lacks a right (SQLSTATE 42501)',
  '53100': "the database's disk is full (SQLSTATE 53100)",
  '53300': 'the server has too many connections (SQLSTATE 53300)',
  '57P01': 'the server stops (SQLSTATE 57P01)',
  '57P02': 'the server has crashed (SQLSTATE 57P02)',
  '57P03': 'the server starts or stops (SQLSTATE 57P03)',
}

/** A database of a PostgreSQL server. Connections are made when they are needed. */
export async function openPostgres(server: SqlServer, timeout: Milliseconds): Promise<SqlDatabase> {
  const { port, user, password, database } = server
  const ssl = await tlsOptionsOf(server)
  const pool = new Pool({
    ...{ host: server.socket ?? server.host, port, user, password, database, ssl: ssl ?? false },
    ...{ max: 4, connectionTimeoutMillis: timeout, application_name: 'sluice' },
    stream: () => endingWhenSilent(new Socket(), timeout),
  })
  // Whoever uses a connection that fails is told by his query; nobody else need know.
  pool.on('error', () => undefined)
  pool.on('connect', client => client.on('error', () => undefined))
  return {
    dialect: new PostgresDialect({ pool, onCreateConnection: connection => limitSilence(connection, timeout) }),
    columns: { key: () => sql`text`, value: sql`text` },
    explain,
  }
}

/** A server that vanished in the midst of a change does not hold up the others until its connection is found dead. */
async function limitSilence(connection: DatabaseConnection, timeout: Milliseconds): Promise<void> {
  const statement = `set idle_in_transaction_session_timeout = ${Math.ceil(timeout)}`
  await connection.executeQuery(CompiledQuery.raw(statement))
}

function explain(error: unknown): Explanation | undefined {
  const reason = reasons[codeOf(error) ?? '']
  return reason === undefined ? undefined : { fault: 'unavailable', reason }
}
