import { type ConfigKey, groupsOf, type KeyGroup } from './config-key.ts'
import { writtenDefault } from './field.ts'
import type { Section } from './section.ts'

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
`

/** The page for operators that lists every key of `schema`: docs/configuration.md. */
export function formatReferencePage(schema: Section): string {
  return [introduction, ...groupsOf(schema).map(formatGroup)].join('\n')
}

function formatGroup({ path, description, keys }: KeyGroup): string {
  const head = '| Key | Default | Value | Meaning |\n| --- | --- | --- | --- |\n'
  return `## \`${path}\`: ${description}\n\n${head}${keys.map(formatRow).join('')}`
}

function formatRow({ path, field }: ConfigKey): string {
  const fallback = [writtenDefault(field.default)].flat().join(',')
  const shown = fallback === '' ? '' : `\`${fallback}\``
  const cells = [`\`${path}\``, shown, field.form, `${field.description}${field.secret ? ' (never shown)' : ''}`]
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
}
