import fc from 'fast-check';
import { expect, it } from 'vitest';
import { settingOf } from '../../src/run/settings-of-run.ts';
import { graphOf } from '../check/compile-text.ts';

const PROGRAM = `pipeline p(
  a: Int = 0, b: Float = 0, c: Bool = true, d: String = "", e: one of "x", "y" = "x", f: Memory = 1 GiB, g: Duration = 1 h, h: [Int] = [],
  i: Float? = none, j: [String] = [], k: String? = none
) {
  output all = "{a} {b} {c} {d} {e} {f} {g} {h} {i} {j} {k}"
}`;

const values = fc.record({
  a: fc.integer(),
  b: fc.double({ noNaN: true, noDefaultInfinity: true }),
  c: fc.boolean(),
  d: fc.string({ unit: fc.constantFrom('a', ',', '"', '{', '}', '\\', ' ', '\n', '='), maxLength: 8 }),
  e: fc.constantFrom('x', 'y'),
  f: fc.integer({ min: 0, max: 2 ** 40 }),
  g: fc.integer({ min: 0, max: 1e6 }).map((n) => n / 4),
  h: fc.array(fc.integer(), { maxLength: 3 }),
  i: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  j: fc.array(fc.string({ unit: fc.constantFrom('a', ',', ']', '"', '{'), maxLength: 4 }), { maxLength: 3 }),
  k: fc.option(fc.constantFrom('none', '', 'a b', 'true')),
});

it('gives settings with which a program is compiled to the same values', () => {
  const types = new Map(graphOf(PROGRAM).parameters.map(({ name, type }) => [name, type]));
  fc.assert(
    fc.property(values, (given) => {
      const parameters = Object.entries(given).map(([name, value]) => ({
        ...{ name, type: types.get(name)!, value, origin: 'set' as const },
      }));
      const { parameters: got } = graphOf(PROGRAM, { set: parameters.map(settingOf) });
      // Zero has no sign in JSON.
      expect(JSON.stringify(got.map(({ value }) => value))).toBe(JSON.stringify(parameters.map(({ value }) => value)));
    }),
    { numRuns: 100 },
  );
});

const STAGES = `stage s(a: Int, b: Float, c: Bool, d: String, f: Memory, g: Duration, h: [Int], i: Float?, m: stage(n: Int) -> { n: Int } = t) -> { n: Int } {
  output n = a
}
stage t(n: Int) -> { n: Int } { output n = n }
pipeline p(one: stage() -> { n: Int } = t with { n: 3 }, more: [stage() -> { n: Int }] = [], none_yet: stage() -> { n: Int }? = none) {
  names = for m in more { yield "{m}" }
  output all = ["{one}", "{names}", "{none_yet}"]
}`;

it('gives settings with which stages are the same again', () => {
  const text = (written: string): string => written.replaceAll(/[\\"{}]/g, '\\$&').replaceAll('\n', '\\n');
  fc.assert(
    fc.property(values, ({ a, b, c, d, f, g, h, i }) => {
      const float = (value: number): string => (/^-?\d+$/.test(String(value)) ? `${value}.0` : String(value));
      const fields = [
        ...[
          `a: ${a}`,
          `b: ${float(b)}`,
          `c: ${c}`,
          `d: "${text(d)}"`,
          `f: ${f} B`,
          `g: ${g} s`,
          `h: [${h.join(', ')}]`,
        ],
        ...[`i: ${i === null ? 'none' : float(i)}`, 'm: t'],
      ];
      const stage = `s with { ${fields.join(', ')} }`;
      const first = graphOf(STAGES, { set: [`one=${stage}`, `more=[t with { n: ${a} }, ${stage}]`] }).parameters;
      const again = graphOf(STAGES, { set: first.map(settingOf) }).parameters;
      expect(again.map(({ value }) => value)).toEqual(first.map(({ value }) => value));
      expect(String(first[0]!.value)).toContain(`a: ${a}`);
    }),
    { numRuns: 100 },
  );
});

it('gives the values of a sweep side by side', () => {
  const origin = 'set' as const;
  expect(settingOf({ name: 'tau', type: 'Float > 0', value: [0.1, 0.2], origin })).toBe('tau=0.1,0.2');
  expect(settingOf({ name: 'title', type: 'String', value: ['a,b', 'c'], origin })).toBe('title="a,b","c"');
  expect(settingOf({ name: 'seeds', type: '[Int]', value: [0, 1], origin })).toBe('seeds=[0, 1]');
  expect(settingOf({ name: 'limit', type: 'Duration', value: [60, 90], origin })).toBe('limit=60 s,90 s');
  const type = 'stage(seed: Int) -> { features: Features<8, 2> }';
  expect(settingOf({ name: 'm', type, value: ['idfd', 'idfd with { tau: 0.2 }'], origin })).toBe(
    'm=idfd,idfd with { tau: 0.2 }',
  );
});
