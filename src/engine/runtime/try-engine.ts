// Tries an engine in this process: the smallest step, compiled, run once, its result looked at. A driver may take the process down, so
// whoever must live starts another for it (src/engine-probe.ts).
import { EngineError } from '../engine-error.ts';
import { neg } from '../tensor.ts';
import { compileStep } from './compile.ts';
import type { EngineName } from './engine.ts';
import type { Trial } from './devices.ts';

export async function tryEngine(engine: EngineName): Promise<Trial> {
  try {
    const compiled = await compileStep(
      ({ x }) => ({ y: neg(x!) }),
      { x: { shape: [1], dtype: 'float32' } },
      { name: 'trial', engine, threads: 1 },
    );
    const { y } = await compiled.run({ x: { data: Float32Array.of(2), shape: [1] } });
    return y?.data[0] === -2
      ? { works: true }
      : { works: false, message: `the engine ${engine} computes wrong results` };
  } catch (error) {
    if (!(error instanceof EngineError)) return { works: false, message: (error as Error).message };
    const { message, advice, command } = error;
    return { works: false, message, advice, ...(command === undefined ? {} : { command }) };
  }
}
