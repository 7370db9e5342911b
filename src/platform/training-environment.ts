// The environment of a process that trains, or times a training. A step makes and frees hundreds of MiB, the same each time; glibc would give them
// back to the system and ask for them again, a page at a time: a tenth of the time of a ResNet-18 step. So it keeps what is below these sizes.
// Other C libraries do not read the variables. What the user has set stays.

const GLIBC = { MALLOC_TRIM_THRESHOLD_: String(2 ** 30), MALLOC_MMAP_THRESHOLD_: String(2 ** 28) } as const;

export function trainingEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...GLIBC, ...environment };
}

/** Whether the process was started with it. */
export function isTrainingEnvironment(environment: NodeJS.ProcessEnv): boolean {
  return Object.keys(GLIBC).every((name) => environment[name] !== undefined);
}
