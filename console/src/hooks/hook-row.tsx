import { Button } from '@mantine/core'
import { useHookTest } from '../api/queries.ts'
import type { HookStatus, HookTest } from '../api/sluice-api.ts'
import { formatCount } from '../format/quantity.ts'
import { Fact } from '../shell/fact.tsx'
import list from '../shell/list-row.module.css'
import { formatMoment } from '../timeline/wall-time.ts'
import css from './hook-row.module.css'

const states: Readonly<Record<HookStatus['state'], string>> = {
  idle: 'Idle',
  delivering: 'Delivering',
  failing: 'Failing',
}

/** One hook: where it goes, how that goes, and a way to try it. */
export function HookRow({ hook }: { hook: HookStatus }) {
  const { name, type, target, origin, state, lastError, lastDelivery } = hook
  const test = useHookTest(name)
  return (
    <li className={list.row} data-testid="hook-row" data-hook={name}>
      <div className={list.title}>
        <span className={list.name}>{name}</span>
        <span className={css.badge} data-state={state}>
          {states[state]}
        </span>
        <span className={css.target}>{`${type} · ${target}${origin === 'file' ? ' · configuration file' : ''}`}</span>
      </div>
      <dl className={css.facts}>
        <Fact name="Delivered">{formatCount(hook.delivered)}</Fact>
        <Fact name="Waiting">{formatCount(hook.queued)}</Fact>
        <Fact name="Given up">{formatCount(hook.failed + hook.dropped)}</Fact>
        <Fact name="Last">{lastDelivery === null ? undefined : momentOf(lastDelivery)}</Fact>
      </dl>
      <Button className={css.test} size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
        Test
      </Button>
      {state === 'failing' && lastError !== null && <p className={css.error}>{`Last error: ${lastError}`}</p>}
      <p className={css.outcome} role="status">
        {test.error ? `Not tested: ${test.error.message}` : test.data && outcomeOf(test.data)}
      </p>
    </li>
  )
}

function momentOf(time: string): string {
  return formatMoment(Date.parse(time), Date.now())
}

function outcomeOf({ delivered, error, status, durationMs }: HookTest): string {
  const how = status === null ? '' : `, status ${status}`
  return delivered ? `Test delivered in ${durationMs} ms${how}` : `Test failed after ${durationMs} ms: ${error ?? ''}`
}
