import { boolean } from '../../config/boolean.ts'
import { type Decoded, defineSection } from '../../config/section.ts'

/** The `dash:` section. */
export const dashConfig = defineSection('DASH', {
  lowLatency: boolean({
    default: false,
    description: 'List the segment that is being made too, and send it part by part. Needs packager.partDuration',
    effect: 'now',
  }),
})

export type DashConfig = Decoded<typeof dashConfig>

/** The keys of a path. */
export const dashPathKeys = { dashLowLatency: dashConfig.properties.lowLatency } as const

/** What holds for one stream. */
export type DashSettings = { readonly dashLowLatency: boolean }

/** What holds where no path says otherwise. */
export function dashSettings({ lowLatency }: DashConfig): DashSettings {
  return { dashLowLatency: lowLatency }
}
