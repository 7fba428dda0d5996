import type { ChurnPlan, ChurnReport } from './churn.ts'
import type { CrewPlan, CrewReport } from './player-crew.ts'
import type { PublisherCrewPlan, PublisherReport, PublishReport } from './publisher-crew.ts'
import type { Spread } from './statistics.ts'

/** What the reporter asks of a load process. One is answered before the next is sent. */
export type LoadRequest =
  | { readonly type: 'publish'; readonly plan: PublisherCrewPlan; readonly timeoutMs: number }
  /** Open a crew of players under a name. */
  | { readonly type: 'join'; readonly crew: string; readonly plan: CrewPlan; readonly timeoutMs: number }
  | { readonly type: 'openWindow' }
  | { readonly type: 'churn'; readonly plan: ChurnPlan; readonly lingerMs: number }
  | { readonly type: 'closeWindow' }

/** How the load process itself fared while the window was open. */
export type GeneratorReport = {
  /** Share of one core. */
  readonly cpu: number
  /** Beyond the timer's period. */
  readonly loopDelay: Spread
}

/** Everything one load process saw while the window was open. */
export type LoadReport = {
  readonly generator: GeneratorReport
  readonly publishers: PublisherReport | undefined
  readonly crews: Readonly<Record<string, CrewReport>>
}

/** The answer to each request. */
export type LoadAnswers = {
  readonly publish: PublishReport
  readonly join: { readonly joined: number }
  readonly openWindow: null
  readonly churn: ChurnReport
  readonly closeWindow: LoadReport
}

/** What a load process sends back. */
export type LoadReply =
  | { readonly ok: true; readonly answer: LoadAnswers[keyof LoadAnswers] }
  | { readonly ok: false; readonly message: string }
