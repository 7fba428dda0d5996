import { loadBaseline, saveBaseline } from '../baseline.ts'
import { formatApi } from './api-report.ts'
import type { ApiResult } from './api-result.ts'
import type { ApiScenario } from './api-scenarios.ts'
import { measureReads } from './measure-reads.ts'
import { measureStart } from './measure-start.ts'

/** What a call of the bench does with each scenario. */
export type ApiRuns = { readonly repeat: number; readonly flags: readonly string[]; readonly isSaving: boolean }

/** Run a scenario, print each result, and return the table. */
export async function compareApi(
  scenario: ApiScenario,
  { repeat, flags, isSaving }: ApiRuns,
  print: (text: string) => void,
): Promise<string> {
  const results: ApiResult[] = []
  for (let turn = 0; turn < repeat; turn++) {
    const result = await (scenario.kind === 'reads'
      ? measureReads({ scenario, flags })
      : measureStart({ scenario, flags }))
    print(JSON.stringify(result))
    results.push(result)
  }
  const name = `${scenario.name}.api.sluice.json`
  const baseline = loadBaseline<ApiResult>(name)
  const best = results.toSorted((a, b) => a.cores - b.cores)[0]
  if (isSaving && best !== undefined) saveBaseline(name, best)
  return formatApi(results, baseline)
}
