import assert from 'node:assert/strict'
import { Value } from 'typebox/value'
import { test } from 'vitest'
import { publishStarted, publishStopped, stamped } from '../../test/support/hook-events.ts'
import type { ServerEvent } from '../contracts/events.ts'
import { formatEvent } from './event-json.ts'
import { eventTypes } from './event-names.ts'
import { eventSchema, schemaOf } from './event-schema.ts'

const events: readonly ServerEvent[] = [
  publishStarted(),
  publishStopped(),
  { type: 'codec.detected', stream: 'a', kind: 'video', codec: 'H.264', width: 1920, height: 1080 },
  { type: 'relay.failed', direction: 'push', stream: 'a', url: 'rtmp://host/app', destination: 0, reason: 'refused' },
  { type: 'config.reloaded', changed: ['a'], needsRestart: [] },
  { type: 'stream.created', stream: 'a' },
]

for (const event of events) {
  test(`event schema: the JSON of ${event.type} keeps it`, () => {
    const json: unknown = JSON.parse(formatEvent(stamped(event)))
    assert.deepEqual([...Value.Errors(schemaOf(event.type), json)], [])
    assert.equal(Value.Check(schemaOf('hook.test'), json), false)
  })
}

test('event schema: every type has one, as plain JSON', () => {
  const { oneOf } = JSON.parse(JSON.stringify(eventSchema)) as { oneOf: { properties: { type: { const: string } } }[] }
  assert.deepEqual(
    oneOf.map(({ properties }) => properties.type.const),
    eventTypes,
  )
})
