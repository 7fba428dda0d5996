import type { Milliseconds } from '../core/units.ts'

/** What is known of one input when it is chosen between them. */
export type Candidate = {
  readonly number: number
  /** Since when it has brought media that could go on air, without a break; `undefined` if it does not. */
  readonly healthySince: Milliseconds | undefined
  /** It has brought media for longer than a server that has lost its own source could tell of what it has kept. */
  readonly isProven: boolean
  /** It has had its chance: it has failed, or has brought nothing for too long. */
  readonly isDown: boolean
  /** Connected all the time, or only when nothing before it works. */
  readonly isHot: boolean
  /** What is shown when there is nothing else. */
  readonly isSlate: boolean
}

/** Why an input is on air. */
export const switchReasons = [
  /** It is the first one. */
  'start',
  /** Those before it have never come. */
  'never-connected',
  /** The one before has brought no media for too long. */
  'silence',
  /** The one before has failed. */
  'error',
  /** The one before has come to its end, or its publisher has left. */
  'end',
  /** The one before is no input any more. */
  'removed',
  /** It is preferred, and has worked for long enough. */
  'failback',
  /** An operator has asked for it. */
  'manual',
] as const

export type SwitchReason = (typeof switchReasons)[number]

/** How one input gave the place up. */
export type FailureKind = 'silence' | 'error' | 'end' | 'removed'

export type Situation = {
  readonly selected: number | undefined
  /** Why the selected one brings nothing, if so. */
  readonly failure: FailureKind | undefined
  /** What an operator wants before everything else. */
  readonly pinned: number | undefined
  readonly now: Milliseconds
  /** How long an input that is preferred has to work before it gets its place back. */
  readonly hold: Milliseconds
}

export type Choice = {
  readonly number: number
  readonly reason: SwitchReason
  /** True if what is on air goes on until the next key frame of the other. */
  readonly isSmooth: boolean
}

/**
 * Which input is to be on air instead of the one that is; `undefined` if it stays.
 *
 * @param candidates In the order in which they are preferred.
 */
export function chooseInput(candidates: readonly Candidate[], situation: Situation): Choice | undefined {
  const ordered = preferring(candidates, situation.pinned)
  const at = ordered.findIndex(({ number }) => number === situation.selected)
  const selected = ordered[at]
  if (selected === undefined) return first(ordered, situation)
  if (selected.healthySince === undefined) return instead(ordered, situation)
  return better(ordered.slice(0, at), selected, situation)
}

/** Which inputs are to be connected, or to be tried. */
export function wantedInputs(
  candidates: readonly Candidate[],
  { selected, pinned }: Pick<Situation, 'selected' | 'pinned'>,
): ReadonlySet<number> {
  const wanted = new Set<number>()
  let isCovered = false
  for (const { number, isHot, isDown } of preferring(candidates, pinned)) {
    if (isHot || !isCovered || number === selected) wanted.add(number)
    isCovered ||= !isDown
  }
  return wanted
}

function preferring(candidates: readonly Candidate[], pinned: number | undefined): readonly Candidate[] {
  const preferred = candidates.filter(({ number }) => number === pinned)
  return [...preferred, ...candidates.filter(({ number }) => number !== pinned)]
}

/** Nothing is on air yet: those that are preferred are given their chance, unless one of them gave its place up. */
function first(ordered: readonly Candidate[], { failure }: Situation): Choice | undefined {
  for (const [at, { number, healthySince, isDown }] of ordered.entries()) {
    if (healthySince !== undefined)
      return { number, reason: failure ?? (at === 0 ? 'start' : 'never-connected'), isSmooth: false }
    if (!isDown && failure === undefined) return undefined
  }
  return undefined
}

function instead(ordered: readonly Candidate[], { failure = 'error' }: Situation): Choice | undefined {
  const healthy = ordered.filter(({ healthySince }) => healthySince !== undefined)
  const next = healthy.find(({ isProven, isSlate }) => isProven && !isSlate) ?? healthy[0]
  return next && { number: next.number, reason: failure, isSmooth: false }
}

/** What is preferred to the one that works, and has worked for long enough itself. */
function better(
  preferred: readonly Candidate[],
  { isSlate }: Candidate,
  { pinned, now, hold }: Situation,
): Choice | undefined {
  for (const { number, healthySince } of preferred) {
    if (healthySince === undefined) continue
    if (number === pinned) return { number, reason: 'manual', isSmooth: true }
    if (isSlate || now - healthySince >= hold) return { number, reason: 'failback', isSmooth: true }
  }
  return undefined
}
