import { boolean } from '../../config/boolean.ts'
import { byteSize } from '../../config/byte-size.ts'
import { duration } from '../../config/duration.ts'
import { integer } from '../../config/integer.ts'
import { type Decoded, defineSection } from '../../config/section.ts'
import { text } from '../../config/text.ts'

/** The `dvr:` section. */
export const dvrConfig = defineSection('DVR: streams that can be rewound', {
  all: boolean({ default: false, description: 'Keep the segments of every stream on disk', effect: 'next' }),
  dir: text({ default: 'dvr', description: 'Folder for the segments; made when it is missing' }),
  maxAge: duration({
    default: '4h',
    description: 'Segments of a stream that are older are removed; 0 for no limit',
    effect: 'now',
  }),
  maxSize: byteSize({
    default: '0',
    description: 'The oldest segments of a stream are removed while it has more bytes; 0 for no limit',
    effect: 'now',
  }),
  clipMaxDuration: duration({
    default: '1h',
    minimum: '1s',
    maximum: '12h',
    description: 'Longest clip that may be asked for',
  }),
  maxClips: integer({
    default: 16,
    minimum: 0,
    description: 'Clips that may be cut and sent at once; 0 for none at all',
  }),
})

export type DvrConfig = Decoded<typeof dvrConfig>

/** The keys of a path. */
export const dvrPathKeys = {
  dvr: dvrConfig.properties.all,
  dvrMaxAge: dvrConfig.properties.maxAge,
  dvrMaxSize: dvrConfig.properties.maxSize,
} as const

/** What holds for one stream. */
export type DvrSettings = {
  readonly dvr: boolean
  readonly dvrMaxAge: DvrConfig['maxAge']
  readonly dvrMaxSize: DvrConfig['maxSize']
}

/** What holds where no path says otherwise. */
export function dvrSettings({ all, maxAge, maxSize }: DvrConfig): DvrSettings {
  return { dvr: all, dvrMaxAge: maxAge, dvrMaxSize: maxSize }
}
