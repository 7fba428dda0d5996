/** One thing that must hold before the server is ready, in words for the operator. */
export type HealthCheck = {
  /** `rtmp.listen`, `recorder` … */
  readonly name: string
  /** `undefined` while all is well, else what is wrong. */
  readonly problem: () => string | undefined
  /** True where somebody should look, but the server serves all the same. */
  readonly isWarning?: boolean
}
