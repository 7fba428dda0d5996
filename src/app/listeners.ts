import { isDeepStrictEqual } from 'node:util'
import { explainStartError } from '../cli/start-error.ts'
import type { ListenAddress } from '../config/listen-address.ts'
import type { Clock } from '../contracts/clock.ts'
import type { HealthCheck } from '../contracts/health.ts'
import type { Log } from '../contracts/log.ts'
import type { PreparedChange } from '../contracts/prepared-change.ts'
import { ConfigError } from '../core/errors.ts'
import type { CertificateFiles } from '../listeners/certificate-files.ts'
import type { OpenPort } from '../listeners/open-port.ts'
import type { AppConfig } from './config.ts'
import { type Doors, doorsOf, type ListenerName, type Listening, type ListenRule } from './listener-doors.ts'
import { allOf, nothingPrepared } from './prepared-changes.ts'

/** The bound ports, `null` where a listener is off. */
export type Ports = Record<ListenerName, number | null>

/** By listener, `undefined` where that is off. */
export type Certificates = { https: CertificateFiles | undefined; rtmps: CertificateFiles | undefined }

export type ListenersOptions = {
  /** Those of the certificates in use are added. */
  readonly checks: HealthCheck[]
  readonly clock: Clock
  readonly log: Log
}

/** A listener that is on, and what it was opened with. */
type Opened = {
  readonly name: ListenerName
  readonly rule: ListenRule
  readonly config: AppConfig
  readonly port: OpenPort
  readonly certificate: CertificateFiles | undefined
}

/** The ports of the server. When the configuration changes, those are opened anew that it is about, and no others. */
export class Listeners {
  /** As they are now. */
  readonly ports: Ports = { http: null, https: null, rtmp: null, rtmps: null, srt: null }
  /** As they are now. */
  readonly certificates: Certificates = { https: undefined, rtmps: undefined }
  readonly #options: ListenersOptions
  readonly #opened = new Map<ListenerName, Opened>()
  #doors: Doors | undefined

  constructor(options: ListenersOptions) {
    this.#options = options
  }

  /**
   * Begin to listen.
   *
   * @throws {ConfigError} If a certificate cannot be used.
   * @throws the system's error (`EADDRINUSE`, `EACCES`) if an address cannot be had.
   */
  async open(servers: Listening, config: AppConfig): Promise<void> {
    this.#doors = doorsOf(servers, this.#options)
    for (const name of Object.keys(this.#doors) as ListenerName[]) {
      const rule = this.#door(name).ruleOf(config)
      if (rule !== undefined) this.#took(await this.#open(name, rule, config))
    }
  }

  /**
   * Open the ports that the configuration says now, beside those that are open.
   *
   * @throws {ConfigError} If one of them cannot be had; then all is as it was.
   */
  prepare(config: AppConfig): Promise<PreparedChange> {
    const names = Object.keys(this.#doors ?? {}) as ListenerName[]
    return allOf(names.map(name => () => this.#prepare(name, config)))
  }

  async #prepare(name: ListenerName, config: AppConfig): Promise<PreparedChange> {
    const before = this.#opened.get(name)
    const { key, ruleOf } = this.#door(name)
    const rule = ruleOf(config)
    if (isDeepStrictEqual(rule, before?.rule)) return nothingPrepared
    if (rule === undefined) return { ...nothingPrepared, commit: () => before && this.#left(before) }
    try {
      return await this.#replace(before, name, rule, config)
    } catch (error) {
      if (error instanceof ConfigError) throw error
      throw new ConfigError(key, `Cannot use ${key}: ${explainStartError(error)}`)
    }
  }

  async #replace(
    before: Opened | undefined,
    name: ListenerName,
    rule: ListenRule,
    config: AppConfig,
  ): Promise<PreparedChange> {
    const certificate = await this.#openCertificate(name, config)
    const isSame = isDeepStrictEqual(rule.listen, before?.rule.listen)
    const listen = { ...rule.listen, ...(isSame && before !== undefined && { port: before.port.port }) }
    // Two addresses with the same port may be one for the system: the one has to go before the other comes.
    const released = before?.port.port === listen.port ? before : undefined
    released?.port.release()
    const reopen = async (): Promise<void> => {
      if (released !== undefined) this.#opened.set(name, await this.#openAgain(released))
    }
    try {
      const opened = { name, rule, config, certificate, port: await this.#door(name).open(listen, config, certificate) }
      const discard = async (): Promise<void> => {
        shut(opened)
        await reopen()
      }
      const commit = (): void => {
        if (before !== undefined) this.#left(before)
        this.#took(opened)
      }
      return { commit, discard }
    } catch (error) {
      certificate?.close()
      await reopen()
      throw error
    }
  }

  async #open(name: ListenerName, rule: ListenRule, config: AppConfig): Promise<Opened> {
    const certificate = await this.#openCertificate(name, config)
    try {
      return { name, rule, config, certificate, port: await this.#door(name).open(rule.listen, config, certificate) }
    } catch (error) {
      certificate?.close()
      throw error
    }
  }

  async #openCertificate(name: ListenerName, config: AppConfig): Promise<CertificateFiles | undefined> {
    const certificate = this.#door(name).certificateOf?.(config)
    await certificate?.open()
    return certificate
  }

  /** What had to go comes back as it was, with the certificate that it had. */
  async #openAgain(before: Opened): Promise<Opened> {
    const { name, rule, config, certificate, port } = before
    const address: ListenAddress = { ...rule.listen, port: port.port }
    return { ...before, port: await this.#door(name).open(address, config, certificate) }
  }

  #took(opened: Opened): void {
    const { name, certificate, port } = opened
    const { ports, certificates } = this
    const { checks, log } = this.#options
    this.#opened.set(name, opened)
    ports[name] = port.port
    if (certificate !== undefined) checks.push(certificate.health)
    if (name === 'https' || name === 'rtmps') certificates[name] = certificate
    log.info('LISTENING', `Listens for ${name.toUpperCase()}`, {
      protocol: name,
      address: port.address,
      port: port.port,
    })
  }

  #left(before: Opened): void {
    const { name, certificate } = before
    const { ports, certificates } = this
    const { checks, log } = this.#options
    const { address, port } = before.port
    this.#opened.delete(name)
    ports[name] = null
    if (name === 'https' || name === 'rtmps') certificates[name] = undefined
    const at = checks.findIndex(check => check.name === certificate?.health.name)
    if (certificate !== undefined && at !== -1) checks.splice(at, 1)
    shut(before)
    log.info('LISTENING_ENDED', `Listens there for ${name.toUpperCase()} no more`, { protocol: name, address, port })
  }

  #door(name: ListenerName): Doors[ListenerName] {
    if (this.#doors === undefined) throw new RangeError(`Cannot open ${name}: the servers are not there yet`)
    return this.#doors[name]
  }
}

/** Connections live on. */
function shut({ port, certificate }: Opened): void {
  port.stop()
  certificate?.close()
}
