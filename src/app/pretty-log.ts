import type { LogFields } from '../contracts/log.ts'

/** One event of the log, as the JSON form writes it. */
export type LogLine = LogFields & {
  readonly level: string
  readonly time: string
  readonly code: string
  readonly msg: string
}

type Paint = (text: string) => string

/** Fields that nearly every line has come first, in this order. */
const leadingFields = ['stream', 'connection', 'peer']

const colours: Readonly<Record<string, number>> = { debug: 90, info: 32, warn: 33, error: 31 }

/**
 * One event on one line, for people:
 *
 *     12:34:56.789 INFO  RTMP_PUBLISH publish started  stream=live/test connection=r1 peer=192.0.2.1:5000
 *
 * Whatever a peer put into a field, it stays on the line and does not speak to the terminal.
 */
export function formatPretty({ level, time, code, msg, ...fields }: LogLine, hasColours: boolean): string {
  const dim = paint(hasColours, 90)
  const names = [...leadingFields, ...Object.keys(fields).filter(name => !leadingFields.includes(name))]
  const rest = names
    .filter(name => fields[name] !== undefined)
    .map(name => dim(`${name}=`) + formatValue(fields[name]))
    .join(' ')
  const label = paint(hasColours, colours[level] ?? 0)(level.toUpperCase().padEnd(5))
  const event = `${dim(formatTime(time))} ${label} ${code} ${escapeControls(msg)}`
  return rest === '' ? `${event}\n` : `${event}  ${rest}\n`
}

function formatValue(value: LogFields[string]): string {
  const text = String(value)
  return /^[^\s"=]+$/.test(text) ? escapeControls(text) : escapeControls(JSON.stringify(text))
}

/** The local time of day. */
function formatTime(time: string): string {
  const date = new Date(time)
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map(pad)
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function pad(part: number): string {
  return String(part).padStart(2, '0')
}

function escapeControls(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, control => {
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

function paint(hasColours: boolean, colour: number): Paint {
  return hasColours ? text => `\u001b[${colour}m${text}\u001b[0m` : text => text
}
