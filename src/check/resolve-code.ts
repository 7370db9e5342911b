// `by module "./mine.ts"` → the module as the graph holds it, with a schema of its parameters. Its file is not opened.
import { posix } from 'node:path';
import type { StepModule } from '../graph/typed-graph.ts';
import type { ModuleImplementation } from '../syntax/ast.ts';
import { formatType } from '../types/format-type.ts';
import { codePath } from './code-path.ts';
import { schemaOfParameters } from './parameter-schema.ts';
import type { Signature } from './signature.ts';

/** `module` is the key of the module that declares the stage. */
export function resolveCode(
  { path, reads }: ModuleImplementation,
  { parameters, results }: Pick<Signature, 'parameters' | 'results'>,
  module: string,
): StepModule {
  return {
    file: codePath(path?.text ?? '', module),
    folder: posix.dirname(module.replaceAll('\\', '/')),
    reads: reads.map(({ text }) => text),
    results: results.map(({ name, type }) => `${name}: ${formatType(type)}`).join(', '),
    schema: schemaOfParameters(parameters),
  };
}
