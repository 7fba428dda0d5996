import { readdirSync, readFileSync } from 'node:fs'

/** The fields of /proc/PID/stat that the bench needs. Source: proc_pid_stat(5). */
export type ProcessStat = { readonly parent: number; readonly cpuTicks: number }

/** USER_HZ, which Linux has fixed for programs. */
const TICKS_PER_SECOND = 100

/** Parse /proc/PID/stat; the command in parentheses may itself hold spaces and parentheses. */
export function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number)
  if (parent === undefined || user === undefined || system === undefined || Number.isNaN(system)) {
    throw new RangeError(`Cannot parse process stat: fields are missing in "${text.trim()}"`)
  }
  return { parent, cpuTicks: user + system }
}

/** Nanoseconds on a core of /proc/PID/task/TID/schedstat. Source: Documentation/scheduler/sched-stats.rst. */
export function parseScheduledNs(text: string): number {
  return Number(text.split(' ', 1)[0])
}

/** Resident bytes of /proc/PID/status; 0 for a kernel thread or a process that is ending. */
export function parseResidentBytes(text: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024
}

/** Parse /proc/stat's first line: seconds that all cores together were busy, and seconds in all. */
export function parseMachineCpu(text: string): { readonly busySeconds: number; readonly totalSeconds: number } {
  const ticks = (/^cpu +(.*)$/m.exec(text)?.[1] ?? '').split(' ').slice(0, 8).map(Number)
  const total = ticks.reduce((sum, one) => sum + one, 0)
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0)
  return { busySeconds: (total - idle) / TICKS_PER_SECOND, totalSeconds: total / TICKS_PER_SECOND }
}

/** What a process and all its descendants have used. */
export type TreeUsage = { readonly cpuSeconds: number; readonly residentBytes: number }

/** Measure the process `root` and its descendants now. A descendant that has ended meanwhile is left out. */
export function measureTree(root: number): TreeUsage {
  const tree = descendants(root)
  let cpuSeconds = 0
  let residentBytes = 0
  for (const pid of tree) {
    cpuSeconds += cpuSecondsOf(pid)
    residentBytes += parseResidentBytes(readProc(`${pid}/status`) ?? '')
  }
  return { cpuSeconds, residentBytes }
}

/** To the nanosecond where the kernel says so, since ten seconds with few players cost less than ten ticks. */
function cpuSecondsOf(pid: number): number {
  const threads = listProc(`${pid}/task`).map(thread => readProc(`${pid}/task/${thread}/schedstat`) ?? '0')
  const scheduledNs = threads.reduce((sum, text) => sum + parseScheduledNs(text), 0)
  if (scheduledNs > 0) return scheduledNs / 1e9
  const stat = readProc(`${pid}/stat`)
  return stat === undefined ? 0 : parseStat(stat).cpuTicks / TICKS_PER_SECOND
}

/** Measure the whole machine now. */
export function measureMachine(): ReturnType<typeof parseMachineCpu> {
  return parseMachineCpu(readFileSync('/proc/stat', 'utf8'))
}

function descendants(root: number): Set<number> {
  const parents = new Map<number, number>()
  for (const name of listProc('')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readProc(`${name}/stat`)
    if (stat !== undefined) parents.set(Number(name), parseStat(stat).parent)
  }
  const tree = new Set([root])
  for (let size = 0; size < tree.size; ) {
    size = tree.size
    for (const [pid, parent] of parents) if (tree.has(parent)) tree.add(pid)
  }
  return tree
}

function listProc(path: string): string[] {
  try {
    return readdirSync(`/proc/${path}`)
  } catch {
    return []
  }
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch {
    return undefined
  }
}
