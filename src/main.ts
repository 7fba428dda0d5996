import { readFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import type { LogConfig } from './app/log-config.ts'
import type { CommandIo } from './cli/command-io.ts'
import type { CommandLine, ToolName } from './cli/command-line.ts'
import type { Console } from './cli/serve.ts'

// Modules that are imported after this call start from the cache, so all of them are.
enableCompileCache()
const { parseCommandLine } = await import('./cli/command-line.ts')
const { FlagError } = await import('./config/config-errors.ts')

type Tool = (args: readonly string[], io: CommandIo) => Promise<number>

const console: Console = {
  isTerminal: process.stdout.isTTY,
  print: text => void process.stdout.write(text),
  printError: text => void process.stderr.write(text),
}

try {
  process.exitCode = await run(parseCommandLine(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof FlagError)) throw error
  console.printError(`sluice: ${error.message}\n`)
  process.exitCode = 2
}

async function run(line: CommandLine): Promise<number> {
  const { formatVersion, readVersion } = await import('./cli/version.ts')
  switch (line.command) {
    case 'version':
      console.print(formatVersion(readVersion()))
      return 0
    case 'publish':
    case 'play':
    case 'probe':
    case 'store':
      process.exit(await runTool(line.command, line.args))
    case 'help': {
      if (line.about !== undefined) {
        console.print((await loadTool(line.about)).usage)
        return 0
      }
      const [{ formatHelp }, { appConfig }] = await Promise.all([import('./cli/help.ts'), import('./app/config.ts')])
      console.print(formatHelp(appConfig, readVersion()))
      return 0
    }
    case 'serve':
      process.exit(await runServer(line.flags, readVersion()))
  }
}

/** A command with arguments of its own, and its help text. */
async function loadTool(name: ToolName): Promise<{ readonly usage: string; readonly run: Tool }> {
  switch (name) {
    case 'publish': {
      const { publish, publishUsage } = await import('./cli/publish.ts')
      return { usage: publishUsage, run: publish }
    }
    case 'play': {
      const { play, playUsage } = await import('./cli/play.ts')
      return { usage: playUsage, run: play }
    }
    case 'probe': {
      const { probe, probeUsage } = await import('./cli/probe.ts')
      return { usage: probeUsage, run: probe }
    }
    case 'store': {
      const { store, storeUsage } = await import('./cli/store.ts')
      return { usage: storeUsage, run: store }
    }
  }
}

/** Run until it is done, or a signal or the end of whoever reads the output stops it. */
async function runTool(name: ToolName, args: readonly string[]): Promise<number> {
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ending.abort())
  process.stdout.on('error', () => ending.abort())
  const [tool, { SystemClock }] = await Promise.all([loadTool(name), import('./app/system-clock.ts')])
  return tool.run(args, { console, stdout: process.stdout, signal: ending.signal, clock: new SystemClock() })
}

/** Run until a signal stops the server, and return the exit code with the last line of the log written. */
async function runServer(argv: readonly string[], version: string): Promise<number> {
  const [{ serve }, { withGoRtmp }, { startApp }, { appConfig }, { SystemClock }, { PinoLog }, { LogOutput }] =
    await Promise.all([
      import('./cli/serve.ts'),
      import('./cli/go-rtmp/translate.ts'),
      import('./app/app.ts'),
      import('./app/config.ts'),
      import('./app/system-clock.ts'),
      import('./app/pino-log.ts'),
      import('./app/log-output.ts'),
    ])
  const output = new LogOutput(process.stdout.fd)
  const openLog = (config: LogConfig) => {
    const hasColours = console.isTerminal && !process.env['NO_COLOR']
    const log = PinoLog.open(config, output, { isTerminal: console.isTerminal, hasColours })
    output.onDropped(lines => log.warn('LOG_DROPPED', 'nobody read the log fast enough', { lines }))
    return log
  }
  const code = await serve({
    schema: appConfig,
    version,
    sources: withGoRtmp(appConfig, { argv, env: process.env, readFile }),
    signals: process,
    console,
    openLog: config => openLog(config.log),
    start: (source, log) => {
      const useLog = (config: LogConfig): void => log.use(config)
      return startApp({ config: source.loaded.config, source, log, useLog, clock: new SystemClock() })
    },
  })
  // A blocked write holds up even process.exit: nobody reads the log, so nobody is kept from reading its end.
  if (!(await output.written(300))) process.kill(process.pid, 'SIGKILL')
  return code
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
