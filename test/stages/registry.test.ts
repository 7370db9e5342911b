// Holds the declarations in stdlib/ and the implementations together: the checker reads the former, the worker loads the latter.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { loadModules } from '../../src/check/load-modules.ts';
import { resolveSignature } from '../../src/check/resolve-signature.ts';
import type { Signature } from '../../src/check/signature.ts';
import type { StageImplementation } from '../../src/stage/stage.ts';
import { registry } from '../../src/stages/registry.ts';
import type { Type } from '../../src/types/type.ts';

const stdlib = join(import.meta.dirname, '../../stdlib');

/** The primitive stages that stdlib declares, by id. */
function declaredStages(): ReadonlyMap<string, Signature> {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  const names = readdirSync(join(stdlib, 'std')).filter((name) => name.endsWith('.pipe'));
  const signatures = names.flatMap((file) => {
    // A program of one import, so that the module gets its standard name.
    const entry = `import { } from "std/${file.replace(/\.pipe$/, '')}"\n`;
    const { modules } = loadModules('all.pipe', { read: (path) => (path === 'all.pipe' ? entry : read(path)) }, stdlib);
    return [...modules.values()]
      .filter(({ key }) => key.startsWith('std/'))
      .flatMap(({ key, file: tree }) =>
        tree.stages.map((stage) =>
          resolveSignature(stage, key, (problem) => {
            throw new Error(`${key}: ${problem.title}`);
          }),
        ),
      );
  });
  return new Map(signatures.filter(({ body }) => body === undefined).map((signature) => [signature.id, signature]));
}

/** Values at the edges of what the checker lets through for a parameter of this type. */
function edgesOf(type: Type): readonly unknown[] {
  switch (type.kind) {
    case 'scalar': {
      if (type.name === 'String') return ['', 'text'];
      if (type.name === 'Bool') return [true, false];
      const { low, high } = type.range ?? {};
      const step = type.name === 'Int' ? 1 : 1e-6;
      return [
        low === undefined ? -1e6 : low.inclusive ? low.value : low.value + step,
        high === undefined ? 1e6 : high.inclusive ? high.value : high.value - step,
      ];
    }
    case 'enumeration':
      return type.values;
    case 'list':
      return [edgesOf(type.element)];
    case 'optional':
      return [null, ...edgesOf(type.inner)];
    case 'record':
    case 'stage':
    case 'artifact':
    case 'error':
      throw new Error(`no parameter is of kind ${type.kind}`);
  }
}

/** Values of another type, and numbers next to what is allowed. */
function strayOf(type: Type): readonly unknown[] {
  switch (type.kind) {
    case 'scalar':
      return type.name === 'String'
        ? [1]
        : type.name === 'Bool'
          ? ['true']
          : ['1', null, ...(type.name === 'Int' ? [1.5] : [])];
    case 'enumeration':
      return [`not ${type.values[0]}`];
    case 'list':
      return [strayOf(type.element), 'no list'];
    case 'optional':
      return strayOf(type.inner).filter((value) => value !== null);
    case 'record':
    case 'stage':
    case 'artifact':
    case 'error':
      throw new Error(`no parameter is of kind ${type.kind}`);
  }
}

const declared = declaredStages();

describe('registry', () => {
  test('every primitive stage of stdlib is registered, and nothing else', () => {
    expect([...registry.keys()].sort()).toEqual([...declared.keys()].sort());
    expect(declared.size).toBeGreaterThan(10);
  });

  test('names and versions are in order', () => {
    for (const [name, stage] of registry) {
      expect(stage.name).toBe(name);
      expect(Number.isSafeInteger(stage.version) && stage.version >= 1).toBe(true);
    }
  });

  test('it imports no implementation: all that it loads with it is where data sets lie, and rough figures', () => {
    const source = readFileSync(join(import.meta.dirname, '../../src/stages/registry.ts'), 'utf8');
    const eager = [...source.matchAll(/^import (?!type)[^;]* from '(.*)';$/gm)].map((match) => match[1]);
    expect(eager).toEqual([
      './data/folder-files.ts',
      './data/mnist-files.ts',
      './data/published-sets.ts',
      './estimates.ts',
      './represent/pretrained-file.ts',
    ]);
  });
});

describe.each([...registry.keys()])('%s', (name) => {
  const load = async (): Promise<StageImplementation> => registry.get(name)!.load();

  test('the schema has exactly the declared parameters, all of them required', async () => {
    const { parameters } = (await load()) as {
      parameters: { properties: object; required?: string[]; additionalProperties: unknown };
    };
    const names = declared
      .get(name)!
      .parameters.filter(({ role }) => role === 'value')
      .map((parameter) => parameter.name);
    expect(Object.keys(parameters.properties).sort()).toEqual([...names].sort());
    expect([...(parameters.required ?? [])].sort()).toEqual([...names].sort());
    expect(parameters.additionalProperties).toBe(false);
  });

  test('the worker takes whatever the checker lets through, and nothing of another type', async () => {
    const { properties } = (await load()).parameters as { properties: Record<string, object> };
    const ajv = new Ajv();
    for (const parameter of declared.get(name)!.parameters.filter(({ role }) => role === 'value')) {
      const validate = ajv.compile(properties[parameter.name]!);
      for (const value of edgesOf(parameter.type))
        expect(validate(value), `${parameter.name}: ${JSON.stringify(value)}`).toBe(true);
      for (const value of strayOf(parameter.type))
        expect(validate(value), `${parameter.name}: ${JSON.stringify(value)}`).toBe(false);
    }
  });

  test('outputs have the declared names and kinds', async () => {
    const { outputs } = await load();
    const results = declared
      .get(name)!
      .results.map((result) => [result.name, result.type.kind === 'artifact' ? result.type.name : result.type.kind]);
    expect(outputs).toEqual(Object.fromEntries(results));
  });
});
