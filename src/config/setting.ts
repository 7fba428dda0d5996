import type { ConfigError } from '../core/errors.ts'
import type { ConfigKey } from './config-key.ts'
import type { Written } from './field.ts'
import type { NamedDocument } from './section.ts'

/** Where a value came from. */
export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'flag'; readonly flag: string }

/** One value that somebody wrote, not yet checked against its field. */
export type Setting = { readonly key: ConfigKey; readonly written: Written; readonly origin: Origin }

/** The name of one entry of the map at `map`, whether it has settings or not. */
export type EntryName = { readonly map: string; readonly name: string }

/** One document of the map of documents at the path `documents`. */
export type DocumentEntry = NamedDocument & { readonly documents: string }

/** What one source says: settings, names and documents in its order, and everything in it that is wrong. */
export type SourceReading = {
  readonly settings: readonly Setting[]
  readonly names: readonly EntryName[]
  readonly documents: readonly DocumentEntry[]
  readonly problems: readonly ConfigError[]
}

/** The reading of a source whose entries were read one by one. */
export function collect(entries: Iterable<Setting | EntryName | DocumentEntry | ConfigError>): SourceReading {
  const settings: Setting[] = []
  const names: EntryName[] = []
  const documents: DocumentEntry[] = []
  const problems: ConfigError[] = []
  for (const entry of entries) {
    if (entry instanceof Error) problems.push(entry)
    else if ('map' in entry) names.push(entry)
    else if ('documents' in entry) documents.push(entry)
    else settings.push(entry)
  }
  return { settings, names, documents, problems }
}
