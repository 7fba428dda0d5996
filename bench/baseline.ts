import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { RunResult } from './result.ts'

/** Where a figure was measured; figures of different machines do not compare. */
export type MachineFacts = {
  readonly cores: number
  readonly cpuModel: string
  readonly node: string
}

/** A result to compare later ones with. */
export type Baseline<Result = RunResult> = {
  readonly savedOn: string
  readonly machine: MachineFacts
  readonly result: Result
}

const FOLDER = fileURLToPath(new URL('./baselines/', import.meta.url))

export function machineFacts(): MachineFacts {
  return { cores: availableParallelism(), cpuModel: cpus()[0]?.model ?? 'unknown', node: process.version }
}

/** The file name that belongs to a result: scenario, protocol, server. */
export function baselineName({
  scenario,
  protocol,
  server,
}: Pick<RunResult, 'scenario' | 'protocol' | 'server'>): string {
  const safe = server.replaceAll(/[^\w.-]+/g, '_').slice(0, 60)
  return `${scenario}.${protocol}.${safe}.json`
}

/** @param name Of the file, as `baselineName` says for a run. */
export function saveBaseline(name: string, result: unknown, folder = FOLDER): void {
  mkdirSync(folder, { recursive: true })
  const savedOn = new Date().toISOString().slice(0, 10)
  const baseline: Baseline<unknown> = { savedOn, machine: machineFacts(), result }
  writeFileSync(`${folder}/${name}`, `${JSON.stringify(baseline, undefined, 2)}\n`)
}

/** What `saveBaseline` saved under the name. */
export function loadBaseline<Result = RunResult>(name: string, folder = FOLDER): Baseline<Result> | undefined {
  try {
    return JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Baseline<Result>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function isSameMachine(a: MachineFacts, b: MachineFacts): boolean {
  return a.cores === b.cores && a.cpuModel === b.cpuModel
}
