import { Crowd, type CrowdPlan } from './crowd.ts'

/** What the program of a crowd is told over IPC; it answers each when it is done. */
export type CrowdRequest =
  | { readonly type: 'join'; readonly plan: CrowdPlan }
  | { readonly type: 'openWindow' }
  | { readonly type: 'closeWindow' }

const crowd = new Crowd()

async function answer(request: CrowdRequest): Promise<unknown> {
  switch (request.type) {
    case 'join':
      return crowd.join(request.plan)
    case 'openWindow':
      return crowd.openWindow()
    case 'closeWindow':
      return crowd.closeWindow()
  }
}

process.on('message', (request: CrowdRequest) => {
  void answer(request).then(result => process.send?.(result ?? null))
})

/** Whoever started it is gone, or has had its report. */
process.on('disconnect', () => process.exit())
