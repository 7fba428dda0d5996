import { choice } from '../config/choice.ts'
import { duration } from '../config/duration.ts'
import type { Field, FieldOptions } from '../config/field.ts'
import { integer } from '../config/integer.ts'
import { listOf } from '../config/list-of.ts'
import { type Decoded, type DecodedEntry, defineEntryMap, type NameForm } from '../config/section.ts'
import { text } from '../config/text.ts'
import { textList } from '../config/text-list.ts'
import { parsePathPattern } from '../core/path-pattern.ts'
import { typesCovered } from './event-names.ts'
import { brokerKeys, fileKeys } from './sink-keys.ts'

const hookName: NameForm<string> = {
  form: 'a name of 1 to 64 letters, digits, - and _',
  placeholder: 'NAME',
  parse: name => (/^[A-Za-z0-9_-]{1,64}$/.test(name) ? name : undefined),
}

/** The keys of one hook, with what holds where it leaves one out. */
export const hookKeys = {
  type: choice(['webhook', 'kafka', 'nats', 'file', 'command', 'stdio', 'srs'], {
    default: 'webhook',
    description:
      'What is done with each event: post it, send it to a broker, write or print a line, run a program, tell an SRS backend',
    effect: 'now',
  }),
  events: eventPatterns({
    default: ['*'],
    description: 'Events that are told, such as publish.*; for srs all that SRS has, but on_publish and on_play',
    effect: 'now',
  }),
  streams: streamPatterns({
    default: [],
    description: 'Streams whose events are told, such as live/**; without it all events, also those of no stream',
    effect: 'now',
  }),
  url: text({
    default: '',
    description: 'Of webhook and srs: where each event is posted to; http or https',
    secret: true,
    effect: 'now',
  }),
  secret: text({
    default: '',
    description: 'Of webhook: key of the HMAC-SHA256 in the header Sluice-Signature; "" signs nothing',
    secret: true,
    effect: 'now',
  }),
  ...brokerKeys,
  ...fileKeys,
  command: textList({
    default: [],
    description: 'Of command: the program and its arguments; no shell reads them',
    effect: 'now',
  }),
  output: choice(['stderr', 'stdout'], { default: 'stderr', description: 'Of stdio: where lines go', effect: 'now' }),
  format: choice(['sluice', 'go-rtmp', 'go-rtmp-env'], {
    default: 'sluice',
    description: 'Of webhook, file and stdio: whose words an event is in; go-rtmp-env of stdio only',
    effect: 'now',
  }),
  batch: integer({
    default: 1,
    minimum: 1,
    maximum: 1000,
    description: 'Of webhook: events of one request; with more than 1 the body is a list, and requests go one by one',
    effect: 'now',
  }),
  timeout: duration({ default: '10s', minimum: '1ms', description: 'Time for one attempt', effect: 'now' }),
  retries: integer({
    default: 100,
    minimum: 0,
    maximum: 100_000,
    description: 'Of all but command and stdio: attempts after the first; 100 take about an hour and a quarter',
    effect: 'now',
  }),
  retryWait: duration({
    default: '1s',
    minimum: '1ms',
    description:
      'Of all but command and stdio: about how long to wait before the second attempt; doubles up to 1 minute',
    effect: 'now',
  }),
  queue: integer({
    default: 100_000,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Events that may wait in the journal; when there are more, the oldest is dropped',
    effect: 'now',
  }),
  concurrency: integer({
    default: 4,
    minimum: 1,
    maximum: 1000,
    description: 'Deliveries at a time; events of one stream or connection are delivered one after the other',
    effect: 'now',
  }),
} as const

/** The `hooks:` map. */
export const hooksConfig = defineEntryMap('Who is told what happens', hookName, hookKeys)

export type HooksConfig = Decoded<typeof hooksConfig>

/** One hook as it was written: a key that is left out is missing. */
export type HookConfig = DecodedEntry<string, typeof hookKeys>

/** The same with what holds where it says nothing. */
export type HookValues = Required<HookConfig['values']>

/** A key whose value is a list of patterns of stream names. */
function streamPatterns(options: FieldOptions<readonly string[]>): Field<readonly string[]> {
  const form = 'a list of stream names, with * for any text in a segment and ** for any segments'
  return listOf(form, pattern => (parsePathPattern(pattern) === undefined ? undefined : pattern), options)
}

/** A key whose value is a list of patterns of event types. They stay texts, so that configurations can be compared. */
function eventPatterns(options: FieldOptions<readonly string[]>): Field<readonly string[]> {
  const form = 'a list of events such as [publish.*, auth.failed], or of their names in go-rtmp'
  return listOf(form, pattern => (typesCovered(pattern).length === 0 ? undefined : pattern), options)
}
