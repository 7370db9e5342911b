// Builds dist/ once before the tests, because some of them start the real command line and stage worker as processes.
// A build that fails does not stop the tests that need none of it: distribution.ts hands its message to those that do.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** What the build said where it failed; empty where dist/ is fresh. */
    buildFailure: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const failure = await promisify(execFile)(process.execPath, ['build.mjs'], { cwd: root }).then(
    () => '',
    (error: { stderr?: string; message: string }) => error.stderr ?? error.message,
  );
  project.provide('buildFailure', failure);
}
