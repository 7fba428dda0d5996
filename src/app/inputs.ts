import type { StreamInputs } from '../contracts/stream-inputs.ts'
import { StreamSupervisors, type StreamSupervisorsOptions } from '../supervisor/stream-supervisors.ts'
import type { StreamPlan } from '../supervisor/supervised-stream.ts'
import type { AppConfig } from './config.ts'
import { namingProblems } from './copied-streams.ts'
import type { Declarations } from './declarations.ts'
import type { LiveSettings } from './live-settings.ts'
import { type PlanContext, streamPlan } from './stream-plans.ts'

export type InputParts = StreamInputs & {
  /** Connect the inputs of the streams that are declared. */
  open(): void
  /** Streams are declared in another way. */
  applySettings(): void
  close(): Promise<void>
}

type InputContext = PlanContext &
  Omit<StreamSupervisorsOptions, 'limitsOf' | 'startTimeout'> & {
    readonly declarations: Pick<Declarations, 'byName'>
    readonly settings: Pick<LiveSettings, 'publish' | 'ofStream'>
  }

/** The inputs of declared streams. @param now What the configuration says now of connections to other servers. */
export function createInputs(now: () => AppConfig['relay'], context: InputContext): InputParts {
  const supervisors = new StreamSupervisors({
    ...context,
    limitsOf: name => context.settings.ofStream(name).limits,
    startTimeout: () => now().connectTimeout,
  })
  const plans = (): readonly StreamPlan[] => streamPlans(context)
  return {
    list: () => supervisors.list(),
    of: stream => supervisors.of(stream),
    pin: (stream, input) => supervisors.pin(stream, input),
    start: stream => supervisors.start(stream),
    stop: stream => supervisors.stop(stream),
    restart: stream => supervisors.restart(stream),
    standbySessions: () => supervisors.standbySessions(),
    open: () => supervisors.open(plans()),
    applySettings: () => supervisors.apply(plans()),
    close: () => supervisors.close(),
  }
}

/** What copies itself, or is published as another, is left out; the API takes no such declaration, but files may hold one. */
function streamPlans(context: InputContext): readonly StreamPlan[] {
  const { byName } = context.declarations
  return [...byName].flatMap(([name, declaration]) => {
    const [problem] = namingProblems(name, declaration, byName)
    if (problem !== undefined) {
      context.log.error('INPUTS_REFUSED', `Cannot use the inputs of ${name}: ${problem.detail}`, { stream: name })
      return []
    }
    return streamPlan(name, declaration, context) ?? []
  })
}
