import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'

/** Addresses of a real cluster, where there is one: else librdkafka plays one. */
const realServers = process.env['SLUICE_TEST_KAFKA']

/** A Kafka cluster that nobody here wrote. Start it with `await using`. */
export class KafkaBroker implements AsyncDisposable {
  readonly servers: readonly string[]
  readonly #program: Program | undefined

  private constructor(servers: string, program?: Program) {
    this.servers = servers.split(',')
    this.#program = program
  }

  static async start(): Promise<KafkaBroker> {
    if (realServers !== undefined) return new KafkaBroker(realServers)
    // As a producer that waits for its input it stays.
    const mock = ['-b', 'x', '-X', 'test.mock.num.brokers=1', '-d', 'mock', '-P', '-t', 'unused']
    const program = startPeer('kcat', mock)
    const [, servers = ''] = await program.untilPrinted(/bootstrap\.servers=([\d.:,]+)/)
    return new KafkaBroker(servers, program)
  }

  /** What kcat reads of a topic, oldest first: key, a space and the value in each line. It ends at the end. */
  async read(topic: string): Promise<readonly { readonly key: string; readonly value: string }[]> {
    const place = ['-b', this.servers.join(','), '-t', topic]
    const kcat = startPeer('kcat', [...place, '-C', '-o', 'beginning', '-e', '-q', '-f', '%k %s\n'])
    const { stdout } = await kcat.ended
    const lines = stdout
      .toString()
      .split('\n')
      .filter(line => line !== '')
    return lines.map(line => ({ key: line.slice(0, line.indexOf(' ')), value: line.slice(line.indexOf(' ') + 1) }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.close()
  }
}
