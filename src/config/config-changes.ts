import { joinPath } from './config-key.ts'
import type { Effect, Written } from './field.ts'
import type { LoadedConfig } from './load-config.ts'
import type { EntryName } from './setting.ts'

/** One key that has another value than before, and when that takes effect. Never holds a value: it may be secret. */
export type ConfigChange = { readonly path: string; readonly effect: Effect }

type Loaded = Pick<LoadedConfig<unknown>, 'settings' | 'names' | 'documents'>

/** The keys that differ between two configurations of one schema, as they were written. */
export function configChanges(before: Loaded, after: Loaded): readonly ConfigChange[] {
  const changes: ConfigChange[] = []
  for (const [path, { key, written }] of after.settings) {
    const old = before.settings.get(path)
    if (old === undefined || !isSame(old.written, written)) changes.push({ path, effect: key.field.effect })
  }
  for (const [path, { key }] of before.settings) {
    if (!after.settings.has(path)) changes.push({ path, effect: key.field.effect })
  }
  return [...changes, ...changedMaps(before.names, after.names), ...changedDocuments(before.documents, after.documents)]
}

/** Documents that came, left, or say something else. */
function changedDocuments(before: Loaded['documents'], after: Loaded['documents']): readonly ConfigChange[] {
  const textsOf = (entries: Loaded['documents']): ReadonlyMap<string, string> =>
    new Map(entries.map(({ documents, name, document }) => [joinPath(documents, name), JSON.stringify(document)]))
  const [old, now] = [textsOf(before), textsOf(after)]
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter(path => old.get(path) !== now.get(path))
  return changed.map(path => ({ path, effect: 'now' }))
}

/** Maps whose entries came, left or changed places, which decides what holds for a stream as much as their keys do. */
function changedMaps(before: readonly EntryName[], after: readonly EntryName[]): readonly ConfigChange[] {
  const maps = new Set([...before, ...after].map(({ map }) => map))
  const namesIn = (entries: readonly EntryName[], map: string): readonly string[] =>
    entries.filter(entry => entry.map === map).map(({ name }) => name)
  const changed = [...maps].filter(map => !isSame(namesIn(before, map), namesIn(after, map)))
  return changed.map(path => ({ path, effect: 'next' }))
}

function isSame(a: Written, b: Written): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return a.length === b.length && a.every((item, at) => item === b[at])
}
