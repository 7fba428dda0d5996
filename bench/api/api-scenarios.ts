/** What a scenario of the API does when nobody changes it. */
export type ApiScenario = {
  readonly summary: string
  readonly players: number
  readonly streams: number
  readonly kbps: number
  /** From when everybody is there to the window. */
  readonly settleSeconds: number
  /** Length of the window. */
  readonly seconds: number
} & (
  | {
      readonly name: 'api-reads'
      /** The API is read while others play. */
      readonly kind: 'reads'
    }
  | {
      readonly name: 'inputs-300'
      /** A server starts that has streams with inputs. */
      readonly kind: 'start'
    }
)

export const apiScenarios: readonly ApiScenario[] = [
  {
    name: 'api-reads',
    kind: 'reads',
    summary: '40 reads of the API a second while 1000 players read a stream of 300 kbit/s',
    ...{ players: 1000, streams: 20, kbps: 300, settleSeconds: 25, seconds: 30 },
  },
  {
    name: 'inputs-300',
    kind: 'start',
    summary: 'a server starts with 300 declared streams, each of which plays a file of 500 kbit/s',
    ...{ players: 0, streams: 300, kbps: 500, settleSeconds: 15, seconds: 10 },
  },
]

/** All of a name, or whose names begin with it. */
export function findApiScenarios(name: string): readonly ApiScenario[] {
  return apiScenarios.filter(scenario => scenario.name === name || scenario.name.startsWith(`${name}-`))
}
