import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import type { Store } from '../contracts/store.ts'
import { ConfigError, reasonOf, UrlError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { StoreConfig } from './config.ts'
import { GuardedStore } from './guarded-store.ts'
import { JsonStore } from './json/json-store.ts'
import { MongoStore } from './mongo/mongo-store.ts'
import { SqlStore } from './sql/sql-store.ts'
import { type MongoServer, type SqlServer, type StoreUrl, withPassword } from './store-url.ts'

/**
 * Opens nothing: that comes with the first use, and may fail then.
 *
 * @throws {ConfigError} If the file with the password cannot be read or used.
 */
export function createStore(
  { url, passwordFile, ...limits }: StoreConfig,
  parts: { readonly clock: Clock; readonly log: Log },
): GuardedStore {
  const store = openStore(
    passwordFile === '' ? url : withPasswordOf(url, passwordFile, 'store.passwordFile'),
    limits.timeout,
  )
  return new GuardedStore({ store, ...limits, ...parts })
}

/** A store without a guard. Drivers are loaded with the first use, so that nobody waits for those of other stores. */
export function openStore(url: StoreUrl, timeout: Milliseconds): Store {
  switch (url.kind) {
    case 'json':
      return new JsonStore(join(url.folder, 'sluice.json'))
    case 'sqlite':
      return new SqlStore(url.file, async () => {
        const { openSqlite } = await import('./sql/sqlite/sqlite-database.ts')
        return openSqlite(url.file, timeout)
      })
    case 'postgres':
      return new SqlStore(url.place, async () => {
        const { openPostgres } = await import('./sql/postgres-database.ts')
        return openPostgres(url, timeout)
      })
    case 'mysql':
      return new SqlStore(url.place, async () => {
        const { openMysql } = await import('./sql/mysql-database.ts')
        return openMysql(url, timeout)
      })
    case 'mongodb':
      return new MongoStore(url.place, async () => {
        const { openMongo } = await import('./mongo/mongo-database.ts')
        return openMongo(url, timeout)
      })
  }
}

/**
 * The server with the password that is in a file.
 *
 * @param key Names the file for whoever must know what is wrong with it.
 * @throws {ConfigError} If it cannot be read or used.
 */
export function withPasswordOf(url: StoreUrl, path: string, key: string): SqlServer | MongoServer {
  if (!('password' in url)) throw wrong(key, 'the store must be a database server')
  try {
    return withPassword(url, readFileSync(path, 'utf8').trim())
  } catch (cause) {
    const rule = cause instanceof UrlError ? cause.message : `the file cannot be read: ${reasonOf(cause)}`
    throw wrong(key, rule, { cause })
  }
}

function wrong(key: string, rule: string, options?: ErrorOptions): ConfigError {
  return new ConfigError(key, `Cannot use ${key}: ${rule}`, options)
}
