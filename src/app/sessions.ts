import type { Session, Sessions } from '../contracts/sessions.ts'
import type { StreamInputs } from '../contracts/stream-inputs.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { sessionsOf } from '../hub/stream-sessions.ts'
import type { Packaging } from './packaging.ts'

/**
 * Everybody who publishes or plays. Viewers of segments are seen at their stream, too, if somebody publishes that; they
 * know themselves better than the stream does. Who stands by is seen at no stream.
 */
export function allSessions(
  registry: StreamRegistry,
  packaging: Pick<Packaging, 'viewers'>,
  inputs: Pick<StreamInputs, 'standbySessions'>,
): Sessions {
  return {
    list: () => {
      const all = [...sessionsOf(registry.streams), ...inputs.standbySessions(), ...packaging.viewers]
      return [...new Map(all.map((session): [string, Session] => [session.info.id, session])).values()]
    },
  }
}
