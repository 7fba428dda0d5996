import assert from 'node:assert/strict'
import { test } from 'vitest'
import { duration } from './duration.ts'
import { formatReferencePage } from './reference-page.ts'
import { defineEntryMap, defineSection } from './section.ts'
import { text } from './text.ts'
import { textList } from './text-list.ts'

test('reference page: a table of keys for every section', () => {
  const latency = duration({ default: '120ms', description: 'Time for repair', maximum: '10s', effect: 'next' })
  const nameForm = { form: 'a name', placeholder: 'NAME', parse: (name: string) => name }
  const schema = defineSection('Sluice', {
    srt: defineSection('SRT server', {
      latency,
      passphrase: text({ default: '', description: 'Encrypts; a|b', secret: true }),
    }),
    relay: defineSection('Relay', { to: textList({ default: ['a', 'b'], description: 'URLs' }) }),
    paths: defineEntryMap('Some streams', nameForm, { latency, push: text({ default: '', description: 'URL' }) }),
  })
  const page = formatReferencePage(schema)
  assert.ok(
    page.endsWith(`
## \`srt\`: SRT server

| Key | Default | Value | Change | Meaning |
| --- | --- | --- | --- | --- |
| \`srt.latency\` | \`120ms\` | a duration such as 350ms, 20s, 5m, 2h, 1d or 1m30s, at most 10s | next | Time for repair |
| \`srt.passphrase\` |  | a text | restart | Encrypts; a\\|b (never shown) |

## \`relay\`: Relay

| Key | Default | Value | Change | Meaning |
| --- | --- | --- | --- | --- |
| \`relay.to\` | \`a,b\` | a list such as [a, b] | restart | URLs |

## \`paths.NAME\`: Some streams

\`NAME\` is a name. Only the file has these keys.

| Key | Value | Change | Meaning |
| --- | --- | --- | --- |
| \`paths.NAME.latency\` | a duration such as 350ms, 20s, 5m, 2h, 1d or 1m30s, at most 10s | next | \`srt.latency\` for these streams |
| \`paths.NAME.push\` | a text | restart | URL |
`),
  )
})
