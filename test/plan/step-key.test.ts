// A key holds what matters and nothing else.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asStepKey, digestOf, type Json } from '../../src/cache/digest.ts';
import type { InputDigests } from '../../src/cache/step-record.ts';
import type { Step, TypedGraph, Value } from '../../src/graph/typed-graph.ts';
import { familyOf, stepKeyOf, type Computation } from '../../src/plan/step-key.ts';
import { memoryClock } from '../../src/platform/clock.ts';
import { memoryHost } from '../../src/platform/host.ts';
import { memoryFileSystem } from '../../src/platform/memory-file-system.ts';
import { planPipeline } from '../../src/run/run-pipeline.ts';
import { noGpu } from '../run/fake-devices.ts';
import { fakeStages } from '../run/memory-run.ts';

const value: fc.Arbitrary<Value> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value') as fc.Arbitrary<Value>, { maxLength: 3 }),
  ),
})).value;
const name = fc.stringMatching(/^[a-z_]{1,6}$/);
const digest = fc.nat(50).map((n) => digestOf(String(n)));
const input = fc.letrec((tie) => ({
  input: fc.oneof(
    { depthSize: 'small' },
    digest,
    fc.array(tie('input') as fc.Arbitrary<InputDigests>, { maxLength: 3 }),
  ),
})).input as fc.Arbitrary<InputDigests>;

const computation = fc.record({
  stage: fc.constantFrom('std/a.one', 'std/a.two'),
  version: fc.integer({ min: 1, max: 3 }),
  parameters: fc.dictionary(name, value as fc.Arbitrary<Json>, { maxKeys: 4 }),
  external: fc.dictionary(name, fc.option(digest), { maxKeys: 2 }),
  engine: fc.option(fc.constantFrom('cpu', 'reference')),
}) satisfies fc.Arbitrary<Computation>;
const inputs = fc.dictionary(name, input, { maxKeys: 3 });
const ancestors = fc.option(fc.array(digest.map(asStepKey), { maxLength: 3 }), { nil: undefined });
const whole = fc.record({ computation, inputs, ancestors });
type Whole = typeof whole extends fc.Arbitrary<infer T> ? T : never;

const keyOf = (one: Whole) => stepKeyOf(familyOf(one.computation), one.inputs, one.ancestors);
const reversed = <T>(record: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(record).reverse());
/** -0 and 0 are one number. */
const plain = (one: unknown): unknown => JSON.parse(JSON.stringify(one));

test('the order in which things are named does not matter', () => {
  fc.assert(
    fc.property(whole, (one) => {
      const { parameters, external } = one.computation;
      const other = {
        computation: { ...one.computation, parameters: reversed(parameters), external: reversed(external) },
        inputs: reversed(one.inputs),
        ancestors: one.ancestors === undefined ? undefined : [...one.ancestors.toReversed(), ...one.ancestors],
      };
      expect(keyOf(other)).toBe(keyOf(one));
    }),
  );
});

test('everything in it matters', () => {
  fc.assert(
    fc.property(
      whole,
      whole,
      fc.constantFrom('stage', 'version', 'parameters', 'external', 'engine', 'inputs', 'ancestors'),
      (one, other, part) => {
        const changed: Whole =
          part === 'inputs' || part === 'ancestors'
            ? { ...one, [part]: other[part] }
            : { ...one, computation: { ...one.computation, [part]: other.computation[part] } };
        const set = (keys: Whole['ancestors']) => keys && [...new Set(keys)].sort();
        const sorted = (of: Whole) => plain({ ...of, ancestors: set(of.ancestors) });
        let same = true;
        try {
          expect(sorted(changed)).toEqual(sorted(one));
        } catch {
          same = false;
        }
        expect(keyOf(changed) === keyOf(one)).toBe(same);
      },
    ),
    { numRuns: 500 },
  );
});

test('list structure matters: [a, [b]] is not [[a], b]', () => {
  const family = digestOf('family');
  const [a, b] = [digestOf('a'), digestOf('b')];
  const keys = [[a, [b]], [[a], b], [a, b], [b, a], [[a, b]]].map((each) => stepKeyOf(family, { each }, undefined));
  expect(new Set(keys).size).toBe(keys.length);
});

const step = (change: Partial<Step> = {}): Step => ({
  ...{ id: 'one', stage: 'fake.engine', parameters: { epochs: 3 }, inputs: {}, annotations: {} },
  outputs: [{ name: 'page', kind: 'Page', type: 'Page' }],
  span: { file: 'a.pipe', start: 0, end: 1 },
  ...change,
});
const graph = (only: Step, change: Partial<TypedGraph> = {}): TypedGraph => ({
  pipeline: { name: 'p', doc: '', file: '/a.pipe', source: '' },
  ...{ parameters: [], steps: [only], outputs: [] },
  ...change,
});
async function plannedKey(of: TypedGraph, cores = 2, threads?: number, stages = fakeStages, engine = 'auto') {
  const machine = {
    files: memoryFileSystem(),
    clock: memoryClock(),
    host: memoryHost({ cores }),
    devices: noGpu,
    stages,
    version: '0',
    withPublishedNumbers: (page: string) => page,
  };
  const plan = await planPipeline(machine, {
    ...{ graph: of, store: '/store', engine, threads, jobs: undefined, dataFolder: undefined },
  });
  return plan.steps[0]!.key;
}

test('names, places, comments, annotations, types and threads never enter', async () => {
  const key = await plannedKey(graph(step()));
  const pipeline = { name: 'q', doc: 'other', file: '/b.pipe', source: '// commented' };
  expect(await plannedKey(graph(step(), { pipeline }))).toBe(key);
  expect(await plannedKey(graph(step({ id: 'renamed' })))).toBe(key);
  expect(await plannedKey(graph(step({ span: { file: 'b.pipe', start: 7, end: 9 } })))).toBe(key);
  expect(await plannedKey(graph(step({ outputs: [{ name: 'page', kind: 'Page', type: 'Page<1>' }] })))).toBe(key);
  const annotations = { memory: 1, gpu: 1, retries: 3, timeout: 9 };
  expect(await plannedKey(graph(step({ annotations })))).toBe(key);
  expect(await plannedKey(graph(step()), 64)).toBe(key);
  expect(await plannedKey(graph(step()), 2, 7)).toBe(key);
});

test('parameters, stage, its version and the engine enter', async () => {
  const key = await plannedKey(graph(step()));
  expect(await plannedKey(graph(step({ parameters: { epochs: 4 } })))).not.toBe(key);
  expect(await plannedKey(graph(step({ stage: 'fake.plain' })))).not.toBe(key);
  const raised = new Map([...fakeStages].map(([id, facts]) => [id, { ...facts, version: 2 }]));
  expect(await plannedKey(graph(step()), 2, undefined, raised)).not.toBe(key);
  expect(await plannedKey(graph(step()), 2, undefined, fakeStages, 'reference')).not.toBe(key);
  // A stage that uses no engine has the same bytes on each.
  const plainStep = graph(step({ stage: 'fake.plain' }));
  const plainKey = await plannedKey(plainStep);
  expect(await plannedKey(plainStep, 2, undefined, fakeStages, 'reference')).toBe(plainKey);
});
