import type { Input } from '../api/sluice-api.ts'

const words: Readonly<Record<Input['state'], string>> = {
  off: 'Off',
  connecting: 'Connecting',
  receiving: 'Ready',
  silent: 'Silent',
  waiting: 'Failed, tries again',
  ended: 'Ended',
}

/** What an input does, for people. */
export function inputWords({ state, onAir, protocol }: Pick<Input, 'state' | 'onAir' | 'protocol'>): string {
  if (onAir && state === 'receiving') return 'On air'
  if (state === 'connecting' && protocol === 'publish') return 'Waits for its encoder'
  return words[state]
}
