import { parseNetwork } from '../config/network.ts'
import type { Session } from '../contracts/sessions.ts'
import { RequestError } from '../core/errors.ts'
import { parsePathPattern } from '../core/path-pattern.ts'
import { splitPeer } from '../core/peer-address.ts'
import type { SessionFilter } from './session-schema.ts'

type Test = (session: Session) => boolean

/**
 * Which sessions a query means.
 *
 * @throws {RequestError} If it says so in a way that nobody understands.
 */
export function sessionTest({ stream, protocol, role, remote }: SessionFilter): Test {
  const tests: Test[] = []
  if (stream !== undefined) tests.push(ofStream(stream))
  if (protocol !== undefined) tests.push(session => session.info.protocol === protocol)
  if (role !== undefined) tests.push(session => session.role === role)
  if (remote !== undefined) tests.push(fromNetwork(remote))
  return session => tests.every(test => test(session))
}

function ofStream(text: string): Test {
  const pattern = parsePathPattern(text)
  if (pattern === undefined) {
    throw new RequestError(400, 'Cannot find sessions: stream must be a name or a pattern such as live/**')
  }
  return session => pattern.matches(session.stream)
}

/** A relay's peer is a URL, and in no network. */
function fromNetwork(text: string): Test {
  const network = parseNetwork(text)
  if (network === undefined) {
    throw new RequestError(400, 'Cannot find sessions: remote must be an address or a network such as 10.0.0.0/8')
  }
  return session => session.role !== 'relay' && network.contains(splitPeer(session.info.peer).address)
}
