import { loadBaseline, saveBaseline } from '../baseline.ts'
import { formatHls } from './hls-report.ts'
import type { HlsResult, HlsServer } from './hls-result.ts'
import type { HlsScenario } from './hls-scenarios.ts'
import { measureKeeping } from './measure-keeping.ts'
import { measureLatency } from './measure-latency.ts'
import { measureViewing } from './measure-viewing.ts'

/** What a call of the bench does with each scenario. */
export type HlsComparison = {
  /** nginx serves copies of the same files, in turns. */
  readonly isBesideNginx: boolean
  readonly repeat: number
  readonly flags: readonly string[]
  /** Of nginx: `on` or `off`. */
  readonly sendfile: string
  readonly isSaving: boolean
}

/** Run a scenario, print each result, and return the table. */
export async function compareHls(
  scenario: HlsScenario,
  comparison: HlsComparison,
  print: (text: string) => void,
): Promise<string> {
  const results: HlsResult[] = []
  // What nginx serves are files: it neither lets anybody wait nor keeps anything.
  const servers: readonly HlsServer[] =
    comparison.isBesideNginx && scenario.kind === 'plain' ? ['sluice', 'nginx'] : ['sluice']
  for (let turn = 0; turn < comparison.repeat; turn++) {
    for (const server of servers) {
      const result = await measure(scenario, server, comparison)
      print(JSON.stringify(result))
      results.push(result)
    }
  }
  const name = `${scenario.name}.hls.sluice.json`
  const baseline = loadBaseline<HlsResult>(name)
  const best = results.filter(({ server }) => server === 'sluice').toSorted((a, b) => a.cores - b.cores)[0]
  if (comparison.isSaving && best !== undefined) saveBaseline(name, best)
  return formatHls(results, baseline)
}

function measure(scenario: HlsScenario, server: HlsServer, { flags, sendfile }: HlsComparison): Promise<HlsResult> {
  if (scenario.kind === 'kept') return measureKeeping({ scenario, flags })
  if (scenario.kind === 'watched') return measureLatency({ scenario, flags })
  return measureViewing({ scenario, server, flags, sendfile })
}
