import type { ConfigError } from '../core/errors.ts'
import type { ConfigKey } from './config-key.ts'
import type { Written } from './field.ts'

/** Where a value came from. */
export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly file: string; readonly line: number }
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'flag'; readonly flag: string }

/** One value that somebody wrote, not yet checked against its field. */
export type Setting = { readonly key: ConfigKey; readonly written: Written; readonly origin: Origin }

/** What one source says: the settings in its order, and everything in it that is wrong. */
export type SourceReading = { readonly settings: readonly Setting[]; readonly problems: readonly ConfigError[] }

/** The reading of a source whose entries were read one by one. */
export function collect(entries: Iterable<Setting | ConfigError>): SourceReading {
  const settings: Setting[] = []
  const problems: ConfigError[] = []
  for (const entry of entries) {
    if (entry instanceof Error) problems.push(entry)
    else settings.push(entry)
  }
  return { settings, problems }
}
