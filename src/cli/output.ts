// Writing to stdout and stderr. A reader that goes away (`pipe … | head`) is no error: what is left is dropped, and whoever
// asked is told, so that a run can stop. Nothing here knows what is written.

let closed = false;
const listeners = new Set<() => void>();

/** Must be called once, before the first write. */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed = true;
    for (const listener of listeners) listener();
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Calls back once stdout has no reader any more. */
export function onOutputClosed(listener: () => void): void {
  if (closed) listener();
  else listeners.add(listener);
}

/** Whether the reader of stdout is gone. */
export const isOutputClosed = (): boolean => closed;

export function writeLine(line: string): void {
  if (!closed) process.stdout.write(`${line}\n`);
}

/** As it is, without a line end of its own. */
export function writeText(text: string): void {
  if (!closed) process.stdout.write(text);
}

export function writeErrorLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Resolves when everything written has left the process, which may then exit without cutting a pipe short. */
export async function drainOutput(): Promise<void> {
  const drained = (stream: NodeJS.WriteStream): Promise<void> =>
    new Promise((resolve) => {
      if (stream.destroyed || stream.writableLength === 0) resolve();
      else stream.write('', () => resolve());
    });
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
}
