import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Clock } from '../../src/contracts/clock.ts'
import type { ServerEvent, StampedEvent } from '../../src/contracts/events.ts'
import type { Log } from '../../src/contracts/log.ts'
import type { EventsConfig } from '../../src/hooks/journal/config.ts'
import { EventJournal } from '../../src/hooks/journal/event-journal.ts'
import { stamped } from './hook-events.ts'

/** The configuration of a journal in a folder of its own, which goes with the test. */
export function journalConfig(limits: Partial<EventsConfig> = {}): EventsConfig {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-journal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return {
    dir: join(folder, 'events'),
    maxSize: 64 << 20,
    maxAge: 86_400_000,
    listeners: 100,
    heartbeat: 15_000,
    ...limits,
  }
}

/** A journal in memory alone, unless somebody asks it to keep. */
export async function openJournal(
  context: { clock: Clock; log: Log },
  config = journalConfig(),
): Promise<EventJournal> {
  const journal = new EventJournal({ config, ...context })
  await journal.open()
  onTestFinished(() => journal.close())
  return journal
}

/** Something happens, and is in the journal. */
export async function happen(
  journal: EventJournal,
  ...events: readonly ServerEvent[]
): Promise<readonly StampedEvent[]> {
  const all = events.map(stamped)
  for (const event of all) journal.observe(event)
  await journal.flush()
  return all
}
