// Computes every case on one engine and writes the results to a file, or what went wrong: `node worker.mjs ENGINE FILE`. Exit code 3 and the reason on standard
// output where the engine is not there. In a process of its own: drivers are chosen by the environment, once, and keep threads.
import { writeFileSync } from 'node:fs';
import { EngineError } from '../../src/engine/engine-error.ts';
import { compileStep } from '../../src/engine/runtime/compile.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import { agreementCases, type AgreementCase, type Results } from './agreement-cases.ts';

const [engine = '', file = ''] = process.argv.slice(2);
const results: Record<string, unknown> = {};
for (const [name, make] of Object.entries(agreementCases)) {
  try {
    results[name] = encode(await compute(make()));
  } catch (error) {
    if (error instanceof EngineError) {
      process.stdout.write(error.message);
      process.exit(3);
    }
    results[name] = (error as Error).message;
  }
}
writeFileSync(file, JSON.stringify(results));
process.exit(0);

async function compute({ step, signature, inputs }: AgreementCase): Promise<Results> {
  const compiled = await compileStep(step, signature, { name: 'agreement', engine, threads: 1 });
  try {
    return await compiled.run(inputs);
  } finally {
    await compiled.close();
  }
}

/** Data as bytes: JSON has no NaN, and a NaN must not look like a number. */
function encode(outputs: Results): unknown {
  const bytes = (data: TensorData['data']): string => Buffer.from(Float32Array.from(data).buffer).toString('base64');
  return Object.fromEntries(
    Object.entries(outputs).map(([output, { data, shape }]) => [output, { shape, data: bytes(data) }]),
  );
}
