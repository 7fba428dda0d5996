/**
 * Runs the statements for one SQLite file in a thread of its own: they wait for the disk, and for other servers that
 * hold the file, and nothing else may wait with them. Statements are answered in the order in which they came.
 */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { SqliteAnswer, SqliteFile, SqliteRequest } from './sqlite-thread.ts'

const { path, busyTimeout } = workerData as SqliteFile
let database: DatabaseSync | undefined

parentPort?.on('message', (request: SqliteRequest) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
  parentPort?.postMessage(answerTo(request))
})

function answerTo({ sql, parameters }: SqliteRequest): SqliteAnswer {
  try {
    database ??= open()
    return { rows: database.prepare(sql).all(...(parameters as readonly SQLInputValue[])) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { error: { message: error.message, errcode: 'errcode' in error ? Number(error.errcode) : 0 } }
  }
}

/** With what was committed on disk even if the power goes: WAL alone promises less. */
function open(): DatabaseSync {
  const opened = new DatabaseSync(path, { timeout: busyTimeout })
  try {
    opened.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    return opened
  } catch (error) {
    opened.close()
    throw error
  }
}
