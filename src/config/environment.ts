import { ConfigError } from '../core/errors.ts'
import { hint } from './config-errors.ts'
import type { ConfigKey } from './config-key.ts'
import { writtenAs } from './field.ts'
import { collect, type Setting, type SourceReading } from './setting.ts'

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Read the settings among `SLUICE_*` variables. Lists separate their items with commas. */
export function readEnvironment(env: Environment, keys: readonly ConfigKey[]): SourceReading {
  return collect(readVariables(env, new Map(keys.map(key => [key.variable, key]))))
}

function* readVariables(env: Environment, keys: ReadonlyMap<string, ConfigKey>): Generator<Setting | ConfigError> {
  for (const [variable, text] of Object.entries(env)) {
    if (text === undefined || !variable.startsWith('SLUICE_') || isServiceLink(variable, text)) continue
    const key = keys.get(variable)
    if (key === undefined) yield unknownVariable(variable, [...keys.keys()])
    else yield { key, written: writtenAs(key.field, text), origin: { from: 'environment', variable } }
  }
}

function unknownVariable(variable: string, known: readonly string[]): ConfigError {
  return new ConfigError(variable, `Unknown variable ${variable}${hint(variable, known, 'sluice --help lists them')}`)
}

/**
 * True for the variables that Kubernetes and Docker links put into every container beside a service named "sluice":
 * they were not written by the operator and are none of ours.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
function isServiceLink(variable: string, text: string): boolean {
  if (/_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(variable)) return true
  return variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text)
}
