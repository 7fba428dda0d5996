/**
 * One sentence for the operator about why the server did not start.
 *
 * The system's own errors name a call and a code; what helps is the address or the folder, and the reason in words.
 */
export function explainStartError(error: unknown): string {
  if (!(error instanceof Error)) return `Cannot start: ${String(error)}`
  const { code, syscall, address, port, path } = error as NodeJS.ErrnoException & { address?: string; port?: number }
  if (code === undefined || syscall === undefined) return error.message
  const reason = reasons[code] ?? error.message
  if (syscall === 'listen' || syscall === 'bind') return `Cannot listen on ${formatAddress(address, port)}: ${reason}`
  return path === undefined ? error.message : `Cannot use ${path}: ${reason}`
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  ENOENT: 'it is not there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EMFILE: 'too many open files',
}

function formatAddress(host: string | undefined, port: number | undefined): string {
  if (host === undefined || host === '::') return `:${port}`
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
