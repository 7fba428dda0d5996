import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RelayView } from '../../src/api/relay-schema.ts'
import { pollUntil } from './polling.ts'
import { relays } from './server-facts.ts'
import { ServerProcess } from './server-process.ts'

const soonOver = ['--hub-resume-timeout', '500ms']
const oftenTried = ['--relay-retry-shortest', '100ms', '--relay-retry-longest', '200ms']

type OnTestFinished = (clean: () => Promise<void>) => void

/** A server that always pulls `far/test` from a URL, and tries again soon when that fails. */
export async function startPulling(
  url: string,
  onTestFinished: OnTestFinished,
  ...flags: readonly string[]
): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-pull-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'sluice.yaml')
  await writeFile(file, JSON.stringify({ paths: { 'far/test': { pull: url, pullOnDemand: false } } }))
  return ServerProcess.start('--config', file, ...soonOver, ...oftenTried, ...flags)
}

/** A server that sends every stream on to a URL, and tries again soon when that fails. */
export function startPushing(url: string, ...flags: readonly string[]): Promise<ServerProcess> {
  return ServerProcess.start('--relay-to', url, ...soonOver, ...oftenTried, ...flags)
}

/** Wait until the server's only relay is as it should be. */
export function untilRelay(server: ServerProcess, isIt: (relay: RelayView) => boolean): Promise<RelayView> {
  return pollUntil('the relay', async () => (await relays(server)).find(isIt))
}
