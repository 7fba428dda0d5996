import {
  type ConfigKey,
  documentMapsOf,
  entryMapsOf,
  groupsOf,
  isSection,
  joinPath,
  type KeyGroup,
  keysOf,
} from './config-key.ts'
import { isList, isOverrides } from './document.ts'
import { type Field, writtenDefault } from './field.ts'
import type { DocumentMap, EntryMap, Section, SectionList } from './section.ts'

const introduction = `# Configuration

<!-- Made from the schemas in src/**/config.ts by scripts/generate-config-reference.ts: change those, not this page. -->

Everything has a default. What you set, later beats earlier:

1. the file \`sluice.yaml\` in the working folder, else in \`/etc/sluice/\`, or the one named by \`--config FILE\`;
2. environment variables;
3. command-line flags.

One rule joins them: the key \`rtmp.maxMessageSize\` is

- in the file, nested:

  \`\`\`yaml
  rtmp:
    maxMessageSize: 4MiB
  \`\`\`
- the variable \`SLUICE_RTMP_MAX_MESSAGE_SIZE\`,
- the flag \`--rtmp-max-message-size\`.

A switch is also given as \`--record-all\` or \`--no-record-all\`. A list is a YAML sequence, a flag given several times, or
values with commas between them. A wrong value or an unknown key is an error that names its place; the server does not
start with a configuration that it does not understand.

A running server reads the file again when it changes and on \`SIGHUP\`. With anything wrong in it, everything stays as it
was, and the log says what is wrong, by line and column. So it is while the file is gone or, until \`SIGHUP\`, empty. The column *Change* says when a new value takes effect: *now*, for what is *next*
(connections, streams or files that begin from then on), or after a *restart*. Only the part begins anew that is meant: a
listener with another address is opened there, others do not notice, and connections live on. Nothing is in force until
everything can be: an address that cannot be had, a certificate or an access file that is wrong leave all as it was.
[The API](api.md#the-configuration) changes the file too.
`

/** The page for operators that lists every key of `schema`: docs/configuration.md. */
export function formatReferencePage(schema: Section): string {
  const homes = new Map(keysOf(schema).map(({ field, path }) => [field, path]))
  const maps = entryMapsOf(schema).map(({ path, map }) => formatEntryMap(path, map, homes))
  const documents = documentMapsOf(schema).map(({ path, map }) => formatDocumentMap(path, map))
  return [introduction, ...groupsOf(schema).map(formatGroup), ...maps, ...documents].join('\n')
}

/** The keys of a document, those of sections and lists in it by their paths. */
function formatDocumentMap(path: string, map: DocumentMap): string {
  const { placeholder, form } = map.nameForm
  const head = '| Key | Value | Meaning |\n| --- | --- | --- |\n'
  const rows = formatDocumentKeys(map.document, '')
  const entry = joinPath(path, placeholder)
  return `## \`${entry}\`: ${map.description ?? path}\n\n\`${placeholder}\` is ${form}. Only the file, and the API, have these keys; a change takes effect now.\n\n${head}${rows}`
}

function formatDocumentKeys(section: Section, path: string): string {
  const rows = Object.entries(section.properties).map(([name, child]) => {
    const at = joinPath(path, name)
    if (isOverrides(child)) return formatCells([`\`${at}\``, 'keys of `paths:`', child.description ?? ''])
    if (isList(child)) {
      const list = formatCells([`\`${at}\``, listForm(child), child.description ?? ''])
      return list + formatDocumentKeys(child.items, `${at}[]`)
    }
    if (isSection(child)) return formatDocumentKeys(child, at)
    const field = child as Field<unknown>
    return formatCells([`\`${at}\``, field.form, ownMeaning(field)])
  })
  return rows.join('')
}

function listForm({ maxItems, shorthand }: SectionList): string {
  return `a list, at most ${maxItems}${shorthand === undefined ? '' : `; a text stands for its \`${shorthand}\``}`
}

/** The keys of an entry. A key that stands for the whole server too is only named beside its other name. */
function formatEntryMap(path: string, map: EntryMap, homes: ReadonlyMap<Field<unknown>, string>): string {
  const { placeholder, form } = map.nameForm
  const entry = joinPath(path, placeholder)
  const rows = Object.entries(map.additionalProperties.properties).map(([name, field]) => {
    const home = homes.get(field)
    const meaning = home === undefined ? ownMeaning(field) : `\`${home}\` for these streams`
    return formatCells([`\`${joinPath(entry, name)}\``, field.form, field.effect, meaning])
  })
  const head = '| Key | Value | Change | Meaning |\n| --- | --- | --- | --- |\n'
  return `## \`${entry}\`: ${map.description ?? path}\n\n\`${placeholder}\` is ${form}. Only the file has these keys.\n\n${head}${rows.join('')}`
}

/** The meaning of a key that only entries have, with what holds where they leave it out. */
function ownMeaning({ description, default: fallback, secret }: Field<unknown>): string {
  const written = [writtenDefault(fallback)].flat().join(',')
  return `${description}${written === '' ? '' : `; \`${written}\` if it is left out`}${secret ? ' (never shown)' : ''}`
}

function formatGroup({ path, description, keys }: KeyGroup): string {
  const head = '| Key | Default | Value | Change | Meaning |\n| --- | --- | --- | --- | --- |\n'
  return `## \`${path}\`: ${description}\n\n${head}${keys.map(formatRow).join('')}`
}

function formatRow({ path, field }: ConfigKey): string {
  const fallback = [writtenDefault(field.default)].flat().join(',')
  const shown = fallback === '' ? '' : `\`${fallback}\``
  const meaning = `${field.description}${field.secret ? ' (never shown)' : ''}`
  return formatCells([`\`${path}\``, shown, field.form, field.effect, meaning])
}

function formatCells(cells: readonly string[]): string {
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
}
