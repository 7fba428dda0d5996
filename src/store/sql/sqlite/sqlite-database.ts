import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sql } from 'kysely'
import type { Milliseconds } from '../../../core/units.ts'
import type { Explanation } from '../../failure.ts'
import type { SqlDatabase } from '../sql-database.ts'
import { SqliteThreadDialect } from './sqlite-dialect.ts'
import { SqliteError } from './sqlite-thread.ts'

/** By primary result code. @see https://sqlite.org/rescode.html */
const explanations: Readonly<Record<number, Explanation>> = {
  3: { fault: 'unavailable', reason: 'the system does not let us (SQLITE_PERM)' },
  5: { fault: 'unavailable', reason: 'another program holds it (SQLITE_BUSY)' },
  8: { fault: 'unavailable', reason: 'it may not be written (SQLITE_READONLY)' },
  10: { fault: 'unavailable', reason: 'the disk has failed (SQLITE_IOERR)' },
  11: { fault: 'damaged', reason: 'the file is damaged (SQLITE_CORRUPT)' },
  13: { fault: 'unavailable', reason: 'the disk is full (SQLITE_FULL)' },
  14: { fault: 'unavailable', reason: 'it cannot be opened (SQLITE_CANTOPEN)' },
  26: { fault: 'damaged', reason: 'the file is no SQLite database (SQLITE_NOTADB)' },
}

/** An SQLite file, made when it is missing. Only its owner may read it: there are keys of other servers in it. */
export async function openSqlite(path: string, timeout: Milliseconds): Promise<SqlDatabase> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a', 0o600)
  await file.close()
  return {
    dialect: new SqliteThreadDialect({ path, busyTimeout: timeout }),
    columns: { key: () => sql`text`, value: sql`text` },
    explain: error => (error instanceof SqliteError ? explanations[error.errcode & 0xff] : undefined),
  }
}
