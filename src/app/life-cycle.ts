import type { AppConfig } from './config.ts'
import type { Declarations } from './declarations.ts'
import { openObservers } from './observers.ts'
import type { Parts } from './parts.ts'

/**
 * Read what earlier runs have left, then listen.
 *
 * @throws the system's error if an address cannot be had.
 */
export async function openParts(parts: Parts, config: AppConfig): Promise<void> {
  const { store, declarations, access, reload, recorder, relays, inputs, packaging, srt } = parts
  await access.open()
  if (config.srt.listen !== undefined) await srt.open()
  const reloadDeclared = async (): Promise<void> => {
    await Promise.all([declarations.reload(), parts.hookDeclarations.documents.reload()])
  }
  await reloadDeclared()
  store.watch(() => void reloadDeclared())
  await openObservers(parts)
  if (recordsSome(config, declarations)) await recorder.open()
  await packaging.open()
  await parts.listeners.open(parts, config)
  parts.disks.open()
  relays.open()
  inputs.open()
  reload?.open()
}

/** Nobody new comes in; who is there is told that it is over. Waits until they are gone, or `signal` aborts. */
export async function drainParts(
  { reload, recorder, relays, inputs, packaging, registry, rtmp, srt, http }: Parts,
  signal: AbortSignal,
): Promise<void> {
  const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
  // No listener is opened any more.
  reload?.close()
  rtmp.stopListening()
  srt.stopListening()
  await Promise.race([rtmp.sendAway(), aborted])
  // First, so that recordings end because the server stops, not because their publishers left.
  const recorded = recorder.close()
  registry.close('shutdown')
  const parts = [packaging, relays, inputs, rtmp, srt]
  const drained = Promise.all([recorded, http.drain(), ...parts.map(part => part.close())])
  await Promise.race([drained, aborted])
}

/** Idempotent. */
export async function closeParts(parts: Parts): Promise<void> {
  const { store, journal, hooks, feeds, access, certificates, reload, windows } = parts
  const { registry, recorder, relays, inputs, packaging, rtmp, srt, http } = parts
  feeds.close()
  registry.close('shutdown')
  const features = [store, packaging, recorder, relays, inputs, rtmp, srt, http, access]
  await Promise.all(features.map(feature => feature.close()))
  await hooks.close()
  await journal.close()
  reload?.close()
  for (const files of Object.values(certificates)) files?.close()
  parts.disks.close()
  windows.close()
}

function recordsSome({ record, paths }: AppConfig, { declarations }: Declarations): boolean {
  const settings = [...paths.map(({ values }) => values), ...declarations.map(declared => declared.settings)]
  return record.all || settings.some(values => values.record === true)
}
