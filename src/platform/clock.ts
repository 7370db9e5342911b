// Time, so that tests can hold it still. No artifact may hold a time: it is for records, ages and progress alone.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that never jump back, for durations. */
  elapsed(): number;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep(milliseconds, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener('abort', done);
    });
  },
};

/** A clock that stands at `start` until `advance` moves it; sleeping moves it too, and never waits. */
export function memoryClock(start = 0): Clock & { advance(milliseconds: number): void } {
  let time = start;
  return {
    now: () => time,
    elapsed: () => time,
    async sleep(milliseconds) {
      time += milliseconds;
    },
    advance(milliseconds) {
      time += milliseconds;
    },
  };
}
