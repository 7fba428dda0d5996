/** As what somebody may use the API: each role may what those before it may. */
export const apiRoles = ['viewer', 'operator', 'admin'] as const

/** `viewer` looks, `operator` runs streams, `admin` changes the server. */
export type ApiRole = (typeof apiRoles)[number]

/** Methods that change nothing. Source: RFC 9110 §9.2.1. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The role of that name; `undefined` if there is none. */
export function roleNamed(name: unknown): ApiRole | undefined {
  return apiRoles.find(role => role === name)
}

/** True if whoever has one role may do what takes the other. */
export function includesRole(role: ApiRole, needed: ApiRole): boolean {
  return apiRoles.indexOf(role) >= apiRoles.indexOf(needed)
}

/** What a request takes if its route does not say. */
export function usualRole(method: string): ApiRole {
  return safeMethods.has(method) ? 'viewer' : 'operator'
}
