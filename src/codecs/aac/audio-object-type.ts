/** Audio object types that change how an AudioSpecificConfig goes on. Source: ISO/IEC 14496-3 table 1.17. */
export const audioObjectType = {
  aacLc: 2,
  sbr: 5,
  aacScalable: 6,
  erAacScalable: 20,
  erBsac: 22,
  erAacLd: 23,
  ps: 29,
  escape: 31,
} as const

/** Types whose configuration is a GASpecificConfig. Source: ISO/IEC 14496-3 §1.6.2.1. */
export const generalAudioTypes: ReadonlySet<number> = new Set([1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23])

/** GA types that are error resilient: an extension of theirs has three flags. */
export const resilientTypes: ReadonlySet<number> = new Set([17, 19, 20, 23])
