import { type DocumentReading, readDocument } from '../config/document.ts'
import { defineOverrides } from '../config/section.ts'
import type { StoredValue } from '../contracts/store.ts'
import type { DocumentProblem } from '../core/errors.ts'
import { problemsOf } from './check-hook.ts'
import { type HookConfig, hookKeys } from './config.ts'

/** What can be said of one hook, in the configuration file and through the API alike. */
export const hookDocument = defineOverrides('One hook', hookKeys)

/** Types whose hooks act on this machine: whoever may use the API need not be allowed to do that. */
const fileOnly: readonly HookConfig['values']['type'][] = ['command', 'file']

export function readHook(document: unknown): DocumentReading<HookConfig['values']> {
  const reading = readDocument(hookDocument, document)
  if (!reading.ok) return reading
  const problems = problemsOf(reading.value).map(({ key, rule }) => ({ pointer: `/${key}`, detail: sentence(rule) }))
  return problems.length === 0 ? reading : { ok: false, problems }
}

/** What the API may not declare, though the configuration file may. */
export function refusedToApi({ type }: HookConfig['values']): readonly DocumentProblem[] {
  if (!fileOnly.includes(type)) return []
  return [{ pointer: '/type', detail: `A hook of type ${type} can be declared in the configuration file only` }]
}

/** A hook of the configuration file as a document: values as somebody could have written them. */
export function writtenHook({ values }: HookConfig): StoredValue {
  const { timeout, retryWait } = values
  return {
    ...values,
    ...(timeout !== undefined && { timeout: `${timeout}ms` }),
    ...(retryWait !== undefined && { retryWait: `${retryWait}ms` }),
  }
}

function sentence(rule: string): string {
  return rule.charAt(0).toUpperCase() + rule.slice(1)
}
