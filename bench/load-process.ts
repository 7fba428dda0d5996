import { Churn } from './churn.ts'
import { GeneratorWatch } from './generator-watch.ts'
import type { LoadAnswers, LoadReply, LoadReport, LoadRequest } from './load-messages.ts'
import { PlayerCrew } from './player-crew.ts'
import { PublisherCrew } from './publisher-crew.ts'

/** The program of a load process: publishers and players, told what to do by the reporter over IPC. */
const watch = new GeneratorWatch()
const crews = new Map<string, PlayerCrew>()
let publishers: PublisherCrew | undefined
let isWindowOpen = false

async function answer(request: LoadRequest): Promise<LoadAnswers[keyof LoadAnswers]> {
  switch (request.type) {
    case 'publish':
      publishers = new PublisherCrew(request.plan)
      return publishers.publish(request.timeoutMs)
    case 'join': {
      const crew = new PlayerCrew(request.plan)
      crews.set(request.crew, crew)
      if (isWindowOpen) crew.openWindow()
      return crew.join(request.timeoutMs)
    }
    case 'openWindow':
      isWindowOpen = true
      watch.openWindow()
      publishers?.openWindow()
      for (const crew of crews.values()) crew.openWindow()
      return null
    case 'churn':
      return new Churn(request.plan).run(request.lingerMs)
    case 'closeWindow':
      return closeWindow()
  }
}

function closeWindow(): LoadReport {
  isWindowOpen = false
  const reports = [...crews].map(([name, crew]) => [name, crew.closeWindow()] as const)
  return {
    generator: watch.closeWindow(),
    publishers: publishers?.closeWindow(),
    crews: Object.fromEntries(reports),
  }
}

function reply(message: LoadReply): void {
  process.send?.(message)
}

process.on('message', (request: LoadRequest) => {
  answer(request).then(
    result => reply({ ok: true, answer: result }),
    (error: Error) => reply({ ok: false, message: error.stack ?? error.message }),
  )
})

/** The reporter is gone, or has had its reports. */
process.on('disconnect', () => {
  publishers?.close()
  process.exit()
})
