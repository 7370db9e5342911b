// The life of a worker process: reads its task, listens for the order to stop, sends events, exits. In: the path of a task file and the
// stages. It stops when the runner says so or is gone; it saves a checkpoint then, if the stage has come to one.
import { readFileSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { realClock } from '../platform/clock.ts';
import { errorCode } from '../platform/file-system.ts';
import { realHost } from '../platform/host.ts';
import { realFileSystem } from '../platform/real-file-system.ts';
import { failure, runTask, type LoadableStages } from './run-task.ts';
import type { Task, TaskEnd, TaskEvent } from './task.ts';

/** At most this many progress events a second reach the runner. */
const PROGRESS_INTERVAL = 100;
/** A worker whose runner died has this long to come to a checkpoint. */
const ORPHAN_GRACE = 10_000;

/** Ends the process: 0 done, 1 failed or damaged, 130 stopped. */
export async function workerMain(taskFile: string | undefined, stages: LoadableStages): Promise<never> {
  if (taskFile === undefined) {
    console.error('usage: stage-worker TASK.json');
    process.exit(2);
  }
  const task = JSON.parse(readFileSync(taskFile, 'utf8')) as Task;
  const send = sender(task.supervised ? 3 : 1);
  const stop = new AbortController();
  // Ctrl-C in a terminal reaches every process; only the runner decides what it means.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => stop.abort(new Error('told to stop')));
  if (task.supervised) {
    process.stdin.on('data', () => stop.abort(new Error('told to stop')));
    process.stdin.on('end', () => stop.abort(new Error('the runner is gone')));
    process.stdin.on('error', () => stop.abort(new Error('the runner is gone')));
    watchParent();
  }
  const finish = (end: TaskEnd): never => {
    send(end);
    process.exit(end.event === 'done' ? 0 : end.event === 'cancelled' ? 130 : 1);
  };
  process.on('uncaughtException', (error) => finish(failure(error)));
  process.on('unhandledRejection', (error) => finish(failure(error)));

  const here = { files: realFileSystem, clock: realClock, host: realHost() };
  return finish(await runTask({ task, stages, ...here, signal: stop.signal, emit: thinned(send) }));
}

/** Synchronous, so that a stage that computes without a pause still shows progress, and nothing is lost at exit. */
function sender(descriptor: number): (event: TaskEvent) => void {
  return (event) => {
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    for (let sent = 0; sent < line.length;) {
      try {
        sent += writeSync(descriptor, line, sent);
      } catch (error) {
        if (errorCode(error) === 'EAGAIN') continue;
        // The runner is gone: nobody listens. Its absence is noticed on standard input.
        if (errorCode(error) === 'EPIPE') return;
        throw error;
      }
    }
  };
}

/** Leaves out progress that comes too quickly; the last one of a task always passes. */
function thinned(send: (event: TaskEvent) => void): (event: TaskEvent) => void {
  let last = -Infinity;
  return (event) => {
    if (event.event === 'progress') {
      const now = performance.now();
      if (now - last < PROGRESS_INTERVAL && event.done < event.total) return;
      last = now;
    }
    send(event);
  };
}

/**
 * A stage that computes without a pause never sees the end of standard input. A thread of its own watches whether the parent
 * process is still the same, and ends an orphan that does not come to an end by itself.
 */
function watchParent(): void {
  const watch = `
    const { workerData } = require('node:worker_threads');
    setInterval(() => {
      if (process.ppid !== workerData.parent) setTimeout(() => process.kill(process.pid, 'SIGKILL'), workerData.grace);
    }, 1000);
  `;
  new Worker(watch, { eval: true, workerData: { parent: process.ppid, grace: ORPHAN_GRACE } }).unref();
}
