import { UrlError } from '../../core/errors.ts'
import { parseIpAddress } from '../../core/ip-address.ts'
import type { BitsPerSecond, Milliseconds } from '../../core/units.ts'
import type { KeyLength } from './key-material.ts'
import { isPassphrase, passphraseForm } from './passphrase.ts'
import { defaultRefreshPlan, type RefreshPlan } from './payload-keys.ts'

/** Who begins: we do, the peer does, or both. */
export type SrtMode = 'caller' | 'listener' | 'rendezvous'

/** Where an SRT peer is, and how it is talked to. Holds secrets: only `shown` is for logs and people. */
export type SrtUrl = {
  readonly mode: SrtMode
  /** Name or address of the peer, an IPv6 one without its brackets; of a listener our own, or empty for all. */
  readonly host: string
  readonly port: number
  /** Of our own socket; absent for the system's choice. */
  readonly localAddress?: string
  readonly localPort?: number
  /** Empty for none. */
  readonly streamId: string
  /** The shortest, in either direction. */
  readonly latency: Milliseconds
  /** Empty for a connection that is not encrypted. */
  readonly passphrase: string
  /** Absent for what the peer asks for. */
  readonly keyLength?: KeyLength
  /** Absent for the default. */
  readonly refreshPlan?: RefreshPlan
  /** Packets that may overtake a missing one, at most, before it counts as lost. */
  readonly reorderTolerance?: number
  /** What may be sent, retransmissions included; absent for a limit that follows the input. */
  readonly maxBandwidth?: BitsPerSecond
  readonly shown: string
}

/** What is said in no parameter. The latency is that of libsrt. */
const silent = { latency: 120, streamId: '', passphrase: '' } as const

const form = /^srt:\/\/(?<host>\[[0-9A-Fa-f:.]+\]|[^:/?#@[\]\s]*):(?<port>\d{1,5})\/?(?:\?(?<query>\S*))?$/i

/**
 * Take an `srt://HOST:PORT?…` URL apart, with the parameters of FFmpeg and of libsrt's tools. Without a host it waits
 * for a caller, as with those. Values may be percent-encoded; a plus is a plus.
 *
 * @throws {UrlError} If it is none, in words that hold nothing that may be secret.
 * @see libsrt docs/apps/srt-live-transmit.md, FFmpeg protocols documentation (srt)
 */
export function parseSrtUrl(text: string): SrtUrl {
  const parts = form.exec(text)?.groups as Partial<Record<'host' | 'port' | 'query', string>> | undefined
  if (parts === undefined) throw wrong('it must have the form srt://HOST:PORT?PARAMETER=VALUE&…')
  const { host = '', query = '' } = parts
  const port = portOf(parts.port ?? '')
  if (port === undefined) throw wrong('its port must be 1 to 65535')
  const { period, preAnnouncement, ...values } = readQuery(query)
  const refresh = refreshPlanOf(period, preAnnouncement)
  const mode = values.mode ?? (host === '' ? 'listener' : 'caller')
  checkMode(mode, host, values)
  return {
    ...silent,
    ...values,
    ...refresh,
    mode,
    host: host.replace(/^\[|\]$/g, ''),
    port,
    shown: `srt://${host}:${port}`,
  }
}

type Values = Partial<Omit<SrtUrl, 'host' | 'port' | 'shown' | 'refreshPlan'>> & Partial<RefreshPlan>

/** `undefined` for a value that it cannot have. */
type Parameter = { readonly rule: string; readonly read: (value: string) => Values | undefined }

const address: Parameter = {
  rule: 'an IP address of this machine',
  read: value => (parseIpAddress(value) === undefined ? undefined : { localAddress: value }),
}

const localPort: Parameter = {
  rule: '1 to 65535',
  read: value => {
    const port = portOf(value)
    return port === undefined ? undefined : { localPort: port }
  },
}

function packetCount(name: keyof RefreshPlan): Parameter {
  return {
    rule: '1 to 2147483647 packets',
    read: value => {
      const count = /^\d{1,10}$/.test(value) ? Number(value) : 0
      return count >= 1 && count < 2 ** 31 ? { [name]: count } : undefined
    },
  }
}

const parameters: Readonly<Record<string, Parameter>> = {
  mode: {
    rule: 'caller, listener or rendezvous',
    read: value => (isMode(value) ? { mode: value } : undefined),
  },
  streamid: {
    rule: 'at most 512 bytes',
    read: value => (Buffer.byteLength(value) <= 512 ? { streamId: value } : undefined),
  },
  latency: {
    rule: '0 to 60000 milliseconds, as in libsrt (FFmpeg counts microseconds): 200, 200ms',
    read: value => {
      const ms = /^(\d{1,5})(?:ms)?$/.exec(value)?.[1]
      return ms !== undefined && Number(ms) <= 60_000 ? { latency: Number(ms) } : undefined
    },
  },
  passphrase: {
    rule: passphraseForm,
    read: value => (isPassphrase(value) ? { passphrase: value } : undefined),
  },
  pbkeylen: {
    rule: '0, 16, 24 or 32',
    read: value => {
      if (value === '0') return {}
      const length = ([16, 24, 32] as const).find(known => String(known) === value)
      return length && { keyLength: length }
    },
  },
  kmrefreshrate: packetCount('period'),
  kmpreannounce: packetCount('preAnnouncement'),
  lossmaxttl: {
    rule: '0 to 1000 packets',
    read: value => (/^\d{1,4}$/.test(value) && Number(value) <= 1000 ? { reorderTolerance: Number(value) } : undefined),
  },
  maxbw: {
    rule: '12500 bytes per second or more; 0 or -1 for no limit of its own',
    read: value => {
      if (value === '0' || value === '-1') return {}
      return /^\d{5,10}$/.test(value) && Number(value) >= 12_500 ? { maxBandwidth: Number(value) * 8 } : undefined
    },
  },
  transtype: { rule: 'live', read: value => (value === 'live' ? {} : undefined) },
  adapter: address,
  localaddr: address,
  port: localPort,
  localport: localPort,
}

function readQuery(query: string): Values {
  const pairs = query.split('&').filter(pair => pair !== '')
  return Object.assign({}, ...pairs.map(readParameter)) as Values
}

/** Names that are not known are not repeated: they may be the rest of a passphrase with a "&" in it. */
function readParameter(pair: string): Values {
  const cut = pair.indexOf('=')
  const name = pair.slice(0, Math.max(cut, 0))
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined
  if (parameter === undefined) {
    throw wrong(`its parameters must be among ${Object.keys(parameters).join(', ')}, and "&" in a value is written %26`)
  }
  const values = parameter.read(decode(pair.slice(cut + 1)))
  if (values === undefined) throw wrong(`${name} must be ${parameter.rule}`)
  return values
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    throw wrong('a "%" in a value is written %25')
  }
}

/** Without an announcement that is said, it is as early as it may be, as libsrt has it. */
function refreshPlanOf(period?: number, preAnnouncement?: number): Pick<SrtUrl, 'refreshPlan'> {
  if (period === undefined && preAnnouncement === undefined) return {}
  const packets = period ?? defaultRefreshPlan.period
  const earliest = Math.floor((packets - 1) / 2)
  const announced = preAnnouncement ?? Math.min(defaultRefreshPlan.preAnnouncement, earliest)
  if (announced < 1 || announced > earliest) throw wrong('kmpreannounce must be less than half of kmrefreshrate')
  return { refreshPlan: { period: packets, preAnnouncement: announced } }
}

function checkMode(mode: SrtMode, host: string, { mode: said, localAddress, streamId }: Values): void {
  if (mode !== 'listener' && host === '') throw wrong(`mode=${mode} must have a host`)
  if (mode === 'listener' && streamId !== undefined)
    throw wrong('it is the caller who says a streamid, not mode=listener')
  // The tools of libsrt make a rendezvous of it, and those of FFmpeg a call.
  if (said === undefined && host !== '' && localAddress !== undefined) {
    throw wrong('with an address of ours it must say mode=caller or mode=rendezvous')
  }
}

function isMode(text: string): text is SrtMode {
  return text === 'caller' || text === 'listener' || text === 'rendezvous'
}

function portOf(digits: string): number | undefined {
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0
  return port >= 1 && port <= 65_535 ? port : undefined
}

function wrong(rule: string): UrlError {
  return new UrlError(`Cannot use the URL: ${rule}`)
}
