import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { reasonOf, StoreError } from '../../core/errors.ts'
import type { SqlDatabase } from './sql-database.ts'
import { type StoreTables, stateRow } from './tables.ts'

const migrationTableName = 'sluice_migrations'
const migrationLockTableName = 'sluice_migrations_lock'

/**
 * Bring the tables to what this version needs. Servers that start at once wait for each other.
 *
 * @throws {StoreError} If a later version has brought them further.
 */
export async function migrate(db: Kysely<StoreTables>, columns: SqlDatabase['columns']): Promise<void> {
  const migrations = migrationsWith(columns)
  const provider = { getMigrations: async () => migrations }
  const migrator = new Migrator({ db, provider, migrationTableName, migrationLockTableName })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  const unknown = await unknownMigration(db, Object.keys(migrations)).catch(() => undefined)
  if (unknown === undefined) throw error instanceof Error ? error : new Error(reasonOf(error))
  const message = `Cannot use the tables of the store: a later version of Sluice has changed them (${unknown})`
  throw new StoreError('damaged', message, { cause: error })
}

/** By name, in the order of their names. What was released is never changed; it may have been begun before. */
function migrationsWith(
  columns: SqlDatabase['columns'],
): Readonly<Record<string, Migration>> & Record<string, Migration> {
  return { '001-documents': { up: db => createDocuments(db, columns) } }
}

async function createDocuments(db: Kysely<StoreTables>, { key, value }: SqlDatabase['columns']): Promise<void> {
  await db.schema
    .createTable('sluice_documents')
    .ifNotExists()
    .addColumn('collection', key(64), column => column.notNull())
    .addColumn('document_key', key(255), column => column.notNull())
    .addColumn('revision', key(36), column => column.notNull())
    .addColumn('value', value, column => column.notNull())
    .addPrimaryKeyConstraint('sluice_documents_key', ['collection', 'document_key'])
    .execute()
  await db.schema
    .createTable('sluice_state')
    .ifNotExists()
    .addColumn('id', 'integer', column => column.primaryKey())
    .addColumn('revision', key(36), column => column.notNull())
    .execute()
  await db.deleteFrom('sluice_state').execute()
  await db.insertInto('sluice_state').values({ id: stateRow, revision: 'new' }).execute()
}

async function unknownMigration(db: Kysely<StoreTables>, known: readonly string[]): Promise<string | undefined> {
  const untyped = db as unknown as Kysely<Record<typeof migrationTableName, { readonly name: string }>>
  const done = await untyped.selectFrom(migrationTableName).select('name').execute()
  return done.find(({ name }) => !known.includes(name))?.name
}
