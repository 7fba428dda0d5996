import { Crowd, type CrowdPlan, type CrowdReport } from './crowd.ts'
import { WaitingCrowd } from './waiting-crowd.ts'

/** What the program of a crowd is told over IPC; it answers each when it is done. */
export type CrowdRequest =
  | { readonly type: 'join'; readonly plan: CrowdPlan }
  | { readonly type: 'openWindow' }
  | { readonly type: 'closeWindow' }

let crowd: Crowd | WaitingCrowd | undefined

async function answer(request: CrowdRequest): Promise<CrowdReport | undefined> {
  switch (request.type) {
    case 'join':
      crowd = request.plan.kind === 'waiting' ? new WaitingCrowd() : new Crowd()
      await crowd.join(request.plan)
      return undefined
    case 'openWindow':
      crowd?.openWindow()
      return undefined
    case 'closeWindow':
      return crowd?.closeWindow()
  }
}

process.on('message', (request: CrowdRequest) => {
  void answer(request).then(result => process.send?.(result ?? null))
})

/** Whoever started it is gone, or has had its report. */
process.on('disconnect', () => process.exit())
