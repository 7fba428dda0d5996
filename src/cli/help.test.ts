import assert from 'node:assert/strict'
import { test } from 'vitest'
import { boolean } from '../config/boolean.ts'
import { listenAddress } from '../config/listen-address.ts'
import { defineSection } from '../config/section.ts'
import { formatHelp } from './help.ts'

const schema = defineSection('Sluice', {
  rtmp: defineSection('RTMP server', {
    listen: listenAddress({ default: ':1935', description: 'TCP address' }),
    tls: defineSection('RTMP over TLS', { listen: listenAddress({ default: '', description: 'TCP address for TLS' }) }),
  }),
  record: defineSection('Recording', { all: boolean({ default: false, description: 'Record everything' }) }),
})

test('help: every key, grouped by section, with its default and its variable', () => {
  const help = formatHelp(schema, '1.2.3')
  assert.ok(help.startsWith('Sluice 1.2.3, a live media server\n'))
  assert.ok(
    help.endsWith(`
RTMP server:
  --rtmp-listen      TCP address
                     default :1935, SLUICE_RTMP_LISTEN

RTMP over TLS:
  --rtmp-tls-listen  TCP address for TLS
                     SLUICE_RTMP_TLS_LISTEN

Recording:
  --record-all       Record everything
                     default false, SLUICE_RECORD_ALL
`),
  )
})
