import { monotonicNs } from './marks.ts'

/** Ends what a pacer started. */
export type Stop = () => void

/**
 * Call `tick` again and again, each time `dueNs()` says, corrected for how late the last one was.
 *
 * `dueNs` is asked after every tick; a due time in the past means at once. `setInterval` would fall behind for good.
 */
export function pace(dueNs: () => number, tick: (nowNs: number) => void): Stop {
  let timer: NodeJS.Timeout
  const arm = (): void => {
    timer = setTimeout(turn, Math.max(0, Math.round((dueNs() - monotonicNs()) / 1e6)))
  }
  const turn = (): void => {
    tick(monotonicNs())
    arm()
  }
  arm()
  return () => clearTimeout(timer)
}

/** Call `tick` every `periodMs` on a fixed grid; a late tick does not move the grid, whole missed periods are left out. */
export function paceEvery(periodMs: number, tick: (nowNs: number) => void): Stop {
  const periodNs = periodMs * 1e6
  let due = monotonicNs() + periodNs
  return pace(
    () => due,
    nowNs => {
      due += periodNs * Math.max(1, Math.ceil((nowNs - due) / periodNs))
      tick(nowNs)
    },
  )
}
