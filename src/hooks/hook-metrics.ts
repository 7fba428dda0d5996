import { Counter, Gauge } from 'prom-client'
import type { Clock } from '../contracts/clock.ts'
import type { Hooks } from '../contracts/hooks.ts'
import type { MetricSource } from '../contracts/metrics.ts'

type Journal = { readonly size: number; readonly lost: number }

/** The journal of events, and those who listen to it. */
export function journalMetrics(journal: Journal, feeds: { readonly count: number }): MetricSource {
  return registry => {
    new Gauge({
      name: 'sluice_events_listeners',
      help: 'Clients that listen to events over HTTP',
      registers: [registry],
      collect() {
        this.set(feeds.count)
      },
    })
    new Gauge({
      name: 'sluice_events_journal_bytes',
      help: 'Size of the journal of events on disk',
      registers: [registry],
      collect() {
        this.set(journal.size)
      },
    })
    new Counter({
      name: 'sluice_events_lost_total',
      help: 'Events that nobody was told of, because the disk hung or they were too large',
      registers: [registry],
      collect() {
        this.reset()
        this.inc(journal.lost)
      },
    })
  }
}

/** What became of the events that hooks were told of. */
export function hookMetrics(hooks: Pick<Hooks, 'list'>, clock: Clock): MetricSource {
  return registry => {
    new Counter({
      name: 'sluice_hook_events_total',
      help: 'Events that a hook asked for, by what became of them',
      labelNames: ['hook', 'result'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { name: hook, delivered, failed, dropped } of hooks.list()) {
          this.inc({ hook, result: 'delivered' }, delivered)
          this.inc({ hook, result: 'failed' }, failed)
          this.inc({ hook, result: 'dropped' }, dropped)
        }
      },
    })
    new Counter({
      name: 'sluice_hook_retries_total',
      help: 'Attempts to deliver an event beyond the first',
      labelNames: ['hook'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { name: hook, retries } of hooks.list()) this.inc({ hook }, retries)
      },
    })
    new Gauge({
      name: 'sluice_hook_events_waiting',
      help: 'Events that wait for their delivery',
      labelNames: ['hook'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { name: hook, queued } of hooks.list()) this.set({ hook }, queued)
      },
    })
    new Gauge({
      name: 'sluice_hook_oldest_waiting_seconds',
      help: 'Age of the oldest event that is not delivered; absent if there is none',
      labelNames: ['hook'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { name: hook, oldestWaiting } of hooks.list()) {
          if (oldestWaiting !== undefined) this.set({ hook }, (clock.wall() - oldestWaiting) / 1000)
        }
      },
    })
  }
}
