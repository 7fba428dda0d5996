import { constants } from 'node:os'
import type { Log } from '../contracts/log.ts'
import { reasonOf } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'

/** What can be stopped in order. */
export type Drainable = {
  /** Accept nobody new, finish what was promised, tell the peers. Cut short when `signal` aborts. */
  drain(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Delivers the signals of the operating system: `process`, but for tests. */
export type SignalSource = {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
}

/** Draining is cut short after this, so that closing still fits in. */
const drainTimeout: Milliseconds = 4000

/** The process ends after this, whatever hangs: a supervisor that allows 5 s never has to kill it. */
const stopTimeout: Milliseconds = 4500

/** Ctrl-C reaches the process from the terminal, from npm and from a launcher: within this time they are one. */
const echoTime: Milliseconds = 300

/**
 * Wait for one of `stopping`, then stop `server` in order. A second one ends the wait at once.
 *
 * @returns the exit code: 0 if everything was finished, 1 if not, 128 + N if signal N hurried it.
 */
export async function stopOnSignal(
  server: Drainable,
  signals: SignalSource,
  log: Log,
  stopping: readonly NodeJS.Signals[],
): Promise<number> {
  // Signal handlers do not keep a process alive, and a server may have no listener at all.
  const alive = setInterval(() => {}, 2 ** 30)
  const { first, second } = watchSignals(signals, stopping)
  const signal = await first
  log.info('SERVER_STOPPING', `stopping on ${signal}`)
  const code = await Promise.race([
    stop(server, log),
    giveUp(log),
    second.then(hurried => 128 + constants.signals[hurried]),
  ])
  clearInterval(alive)
  return code
}

function watchSignals(
  signals: SignalSource,
  stopping: readonly NodeJS.Signals[],
): Record<'first' | 'second', Promise<NodeJS.Signals>> {
  const first = Promise.withResolvers<NodeJS.Signals>()
  const second = Promise.withResolvers<NodeJS.Signals>()
  let firstAt: Milliseconds | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    firstAt ??= performance.now()
    if (performance.now() - firstAt > echoTime) second.resolve(signal)
    first.resolve(signal)
  }
  for (const signal of stopping) signals.on(signal, onSignal)
  return { first: first.promise, second: second.promise }
}

async function stop(server: Drainable, log: Log): Promise<number> {
  try {
    await drainAndClose(server)
    log.info('SERVER_STOPPED', 'stopped')
    return 0
  } catch (error) {
    log.error('SERVER_STOP_FAILED', `Cannot stop in order: ${reasonOf(error)}`)
    return 1
  }
}

async function drainAndClose(server: Drainable): Promise<void> {
  try {
    await server.drain(AbortSignal.timeout(drainTimeout))
  } finally {
    await server.close()
  }
}

async function giveUp(log: Log): Promise<number> {
  await new Promise(resolve => setTimeout(resolve, stopTimeout))
  log.error('SERVER_STOP_FAILED', `Cannot stop in order: it must take ${stopTimeout} ms at most`)
  return 1
}
