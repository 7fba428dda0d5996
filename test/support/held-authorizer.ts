import type { AccessRequest, Authorizer, Verdict } from '../../src/contracts/access.ts'

/** Keeps everybody waiting until the test says who may come in. */
export class HeldAuthorizer implements Authorizer {
  readonly asked: { readonly request: AccessRequest; readonly signal: AbortSignal }[] = []
  #decide: ((verdict: Verdict) => void)[] = []

  authorize(request: AccessRequest, signal: AbortSignal): Promise<Verdict> {
    this.asked.push({ request, signal })
    return new Promise(resolve => this.#decide.push(resolve))
  }

  /** Answer everybody who waits. */
  decide(verdict: Verdict): void {
    for (const decide of this.#decide) decide(verdict)
    this.#decide = []
  }
}
