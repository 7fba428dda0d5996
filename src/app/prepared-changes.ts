import type { PreparedChange } from '../contracts/prepared-change.ts'

/** Nothing has to change. */
export const nothingPrepared: PreparedChange = { commit: () => undefined, discard: () => Promise.resolve() }

/**
 * Make several changes ready, one after the other, to be made together.
 *
 * @throws What the first throws that cannot be made ready; those before it are given up again.
 */
export async function allOf(prepare: readonly (() => Promise<PreparedChange>)[]): Promise<PreparedChange> {
  const changes: PreparedChange[] = []
  const discard = async (): Promise<void> => {
    for (const change of changes.toReversed()) await change.discard()
  }
  try {
    for (const one of prepare) changes.push(await one())
  } catch (error) {
    await discard()
    throw error
  }
  return {
    commit: () => {
      for (const change of changes) change.commit()
    },
    discard,
  }
}
