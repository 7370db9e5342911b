// What this machine offers, and which of its processes live: the only place that asks the operating system about either.
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { availableParallelism, cpus, hostname, totalmem } from 'node:os';

export interface Host {
  /** Names this machine, boot and process namespace: two processes with the same name can ask whether the other lives. */
  readonly name: string;
  /** Processor model. */
  readonly cpu: string;
  /** Cores that this process may use. */
  readonly cores: number;
  /** Memory in bytes, or the limit of the container. */
  readonly memory: number;
  /** Node's version. */
  readonly node: string;
  /** Such as `linux-x64`. */
  readonly platform: string;
  /** This process. */
  readonly process: ProcessIdentity;
  /** Undefined where it cannot be told from another process that took the same number later. */
  lives(process: ProcessIdentity): boolean | undefined;
}

/** A process number alone is soon given to another process; with the time at which it started it is unique until the next boot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, from /proc; empty where the system does not say. */
  readonly started: string;
}

export function realHost(): Host {
  const constrained = process.constrainedMemory();
  const total = totalmem();
  return {
    name: machineName(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: constrained > 0 && constrained < total ? constrained : total,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    process: { pid: process.pid, started: startOf(process.pid) ?? '' },
    lives(identity) {
      const started = startOf(identity.pid);
      if (process.platform === 'linux') return started !== undefined && started === identity.started;
      try {
        process.kill(identity.pid, 0);
        return undefined;
      } catch (error) {
        // EPERM: it lives and belongs to someone else, or its number was taken over.
        return (error as NodeJS.ErrnoException).code === 'EPERM' ? undefined : false;
      }
    },
  };
}

/** A host for tests, with processes that live as the given set says. */
export function memoryHost(
  options: { cores?: number; memory?: number; pid?: number; living?: ReadonlySet<number> } = {},
): Host {
  const own = { pid: options.pid ?? 1, started: '1' };
  return {
    name: 'testhost',
    cpu: 'test processor',
    cores: options.cores ?? 2,
    memory: options.memory ?? 8 * 2 ** 30,
    node: '0.0.0',
    platform: 'test-x64',
    process: own,
    lives: (identity) => identity.pid === own.pid || (options.living?.has(identity.pid) ?? false),
  };
}

/** Field 22 of /proc/pid/stat; undefined where there is no such process, a zombie, or no /proc. */
function startOf(pid: number): string | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the command's name in brackets, which may itself hold spaces and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function machineName(): string {
  const parts = [hostname()];
  if (process.platform === 'linux') {
    try {
      parts.push(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), readlinkSync('/proc/self/ns/pid'));
    } catch {
      // Without /proc the host name has to do; a process elsewhere is then judged by its heartbeat.
    }
  }
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}
