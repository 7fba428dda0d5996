import type { Clock } from '../contracts/clock.ts'
import type { HookStatus, Hooks } from '../contracts/hooks.ts'
import type { MetricSource, Sample } from '../contracts/metrics.ts'

type Journal = { readonly size: number; readonly lost: number }

/** The journal of events, and those who listen to it. */
export function journalMetrics(journal: Journal, feeds: { readonly count: number }): MetricSource {
  return [
    {
      type: 'gauge',
      name: 'sluice_events_listeners',
      help: 'Clients that listen to events over HTTP',
      read: () => feeds.count,
    },
    {
      type: 'gauge',
      name: 'sluice_events_journal_bytes',
      help: 'Size of the journal of events on disk',
      read: () => journal.size,
    },
    {
      type: 'counter',
      name: 'sluice_events_lost_total',
      help: 'Events that nobody was told of, because the disk hung or they were too large',
      read: () => journal.lost,
    },
  ]
}

/** What became of the events that hooks were told of. */
export function hookMetrics(hooks: Pick<Hooks, 'list'>, clock: Clock): MetricSource {
  const perHook = (value: (hook: HookStatus) => number | undefined) => ({
    labels: ['hook'] as const,
    read: () => hooks.list().flatMap(hook => sampleOf(hook.name, value(hook))),
  })
  return [
    {
      type: 'counter',
      name: 'sluice_hook_events_total',
      help: 'Events that a hook asked for, by what became of them',
      labels: ['hook', 'result'],
      read: () => hooks.list().flatMap(resultSamples),
    },
    {
      type: 'counter',
      name: 'sluice_hook_retries_total',
      help: 'Attempts to deliver an event beyond the first',
      ...perHook(({ retries }) => retries),
    },
    {
      type: 'gauge',
      name: 'sluice_hook_events_waiting',
      help: 'Events that wait for their delivery',
      ...perHook(({ queued }) => queued),
    },
    {
      type: 'gauge',
      name: 'sluice_hook_oldest_waiting_seconds',
      help: 'Age of the oldest event that is not delivered; absent if there is none',
      ...perHook(({ oldestWaiting }) => oldestWaiting && (clock.wall() - oldestWaiting) / 1000),
    },
  ]
}

function resultSamples({ name: hook, delivered, failed, dropped }: HookStatus): Sample<'hook' | 'result'>[] {
  const results = Object.entries({ delivered, failed, dropped })
  return results.map(([result, value]) => ({ labels: { hook, result }, value }))
}

function sampleOf(hook: string, value: number | undefined): Sample<'hook'>[] {
  return value === undefined ? [] : [{ labels: { hook }, value }]
}
