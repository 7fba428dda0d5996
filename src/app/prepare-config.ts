import type { ConfigChange } from '../config/config-changes.ts'
import { ConfigErrors } from '../config/config-errors.ts'
import type { PreparedChange } from '../contracts/prepared-change.ts'
import { ConfigError } from '../core/errors.ts'
import { checkHook } from '../hooks/create-hook.ts'
import type { AppConfig } from './config.ts'
import { allOf } from './prepared-changes.ts'
import { checkAuthorities } from './relay-client-options.ts'
import { checkPulls } from './relays.ts'

type Preparing = (config: AppConfig) => Promise<PreparedChange>

/**
 * Make ready what a changed configuration says.
 *
 * @throws {ConfigErrors | ConfigError} If it cannot be put in force; then all is as it was.
 */
export type PrepareConfig = (config: AppConfig, changes: readonly ConfigChange[]) => Promise<PreparedChange>

export type ConfigParts = {
  /** Parts that are made anew when their section changes. */
  readonly sections: Readonly<Record<string, Preparing>>
  readonly listeners: Preparing
  /** What can only go well. */
  readonly apply: (config: AppConfig) => void
}

export function prepareWith({ sections, listeners, apply }: ConfigParts): PrepareConfig {
  return async (config, changes) => {
    checkConfig(config)
    const isChanged = (section: string): boolean => changes.some(({ path }) => path.startsWith(`${section}.`))
    const changed = Object.entries(sections).filter(([section]) => isChanged(section))
    return allOf([
      ...changed.map(
        ([, prepare]) =>
          () =>
            prepare(config),
      ),
      () => listeners(config),
      async () => ({ commit: () => apply(config), discard: () => Promise.resolve() }),
    ])
  }
}

/** What features hold their settings to, over what the fields of these say. @throws {ConfigErrors} */
function checkConfig({ hooks, paths, relay }: AppConfig): void {
  const checks = [...hooks.map(hook => () => checkHook(hook)), () => checkAuthorities(relay), () => checkPulls(paths)]
  const problems = checks.flatMap(problemOf)
  if (problems.length > 0) throw new ConfigErrors(problems)
}

function problemOf(check: () => void): readonly ConfigError[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof ConfigError) return [error]
    throw error
  }
}
