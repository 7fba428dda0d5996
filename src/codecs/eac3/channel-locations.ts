import type { Eac3Program } from './access-unit.ts'

/**
 * The locations that a 5.1 program lacks: their bits in chanmap (ETSI TS 102 366 table E.1.4) and in chan_loc (table
 * F.6.1), and how many channels they are.
 */
const locations = [
  { name: 'Lc/Rc', chanmap: 0x400, chanLoc: 0x001, channels: 2 },
  { name: 'Lrs/Rrs', chanmap: 0x200, chanLoc: 0x002, channels: 2 },
  { name: 'Cs', chanmap: 0x100, chanLoc: 0x004, channels: 1 },
  { name: 'Ts', chanmap: 0x080, chanLoc: 0x008, channels: 1 },
  { name: 'Lsd/Rsd', chanmap: 0x040, chanLoc: 0x010, channels: 2 },
  { name: 'Lw/Rw', chanmap: 0x020, chanLoc: 0x020, channels: 2 },
  { name: 'Lvh/Rvh', chanmap: 0x010, chanLoc: 0x040, channels: 2 },
  { name: 'Cvh', chanmap: 0x008, chanLoc: 0x080, channels: 1 },
  { name: 'LFE2', chanmap: 0x002, chanLoc: 0x100, channels: 1 },
] as const

/** chan_loc of a program: where its dependent substreams add channels. */
export function channelLocations(program: Eac3Program): number {
  return added(program).reduce((bits, { chanLoc }) => bits | chanLoc, 0)
}

/** Channels of a program with those that its dependent substreams add; others of theirs replace some of it. */
export function programChannels(program: Eac3Program): number {
  return added(program).reduce((sum, { channels }) => sum + channels, program.independent.channels)
}

function added({ dependents }: Eac3Program): readonly (typeof locations)[number][] {
  const chanmap = dependents.reduce((bits, frame) => bits | frame.chanmap, 0)
  return locations.filter(location => (location.chanmap & chanmap) !== 0)
}
