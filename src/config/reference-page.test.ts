import assert from 'node:assert/strict'
import { test } from 'vitest'
import { duration } from './duration.ts'
import { formatReferencePage } from './reference-page.ts'
import { defineSection } from './section.ts'
import { text } from './text.ts'
import { textList } from './text-list.ts'

test('reference page: a table of keys for every section', () => {
  const schema = defineSection('Sluice', {
    srt: defineSection('SRT server', {
      latency: duration({ default: '120ms', description: 'Time for repair', maximum: '10s' }),
      passphrase: text({ default: '', description: 'Encrypts; a|b', secret: true }),
    }),
    relay: defineSection('Relay', { to: textList({ default: ['a', 'b'], description: 'URLs' }) }),
  })
  const page = formatReferencePage(schema)
  assert.ok(
    page.endsWith(`
## \`srt\`: SRT server

| Key | Default | Value | Meaning |
| --- | --- | --- | --- |
| \`srt.latency\` | \`120ms\` | a duration such as 350ms, 20s, 5m, 2h, 1d or 1m30s, at most 10s | Time for repair |
| \`srt.passphrase\` |  | a text | Encrypts; a\\|b (never shown) |

## \`relay\`: Relay

| Key | Default | Value | Meaning |
| --- | --- | --- | --- |
| \`relay.to\` | \`a,b\` | a list such as [a, b] | URLs |
`),
  )
})
