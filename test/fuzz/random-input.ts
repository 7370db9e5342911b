// Inputs that nobody would write, each a function of a seed and its number: random bytes, random words of the language, and real programs with
// random edits. In: texts of real programs; out: one text. What must hold of it is for `faults.ts`.
import { randomKey, threefry } from '../../src/random/random.ts';

/** Whole numbers from 0 to below `bound`. */
type Below = (bound: number) => number;

export interface Input {
  readonly kind: 'bytes' | 'characters' | 'words' | 'words in a body' | 'edited' | 'edited words' | 'spliced';
  readonly text: string;
}

const words: readonly string[] = [
  ...'import from stage pipeline profile for in yield with output true false none reads'.split(' '),
  ...'one of|by command|by module|x|y|s|glyphs|overlay|stripes|idfd|kmeans|scores|mean_std|table|best_by'.split('|'),
  ...'Int|Float|Bool|String|Memory|Duration|Images|Labels|Features|UnitFeatures|Clusters|Scores|Table|N|H|K'.split('|'),
  ...'count|seed|epochs|images|features|N+|H / 2|<N + M>|with { count: 3 }|(|)|{}|[]|()|@cache(off)'.split('|'),
  ...'published|acc|nmi|ari|within|at least|at most|under|published "paper" for p { x.acc: 0.5 within 0.1 }'.split('|'),
  ...'??|pipeline p() {|}|{|stage f<N>(a: Images<N, 8, 8, 1>) -> { b: Images<N, 8, 8, 1> }'.split('|'),
  ...'stage(|stage<N, D>(|x: stage(seed: Int) -> { features: Features<N, D> } = idfd|) -> { clusters: Clusters<N, k> }'.split(
    '|',
  ),
  ...'{ } ( ) [ ] < > = : , . .. -> >= <= ? @ + - * / %'.split(' '),
  ...['"text"', '"a {x} b"', '"{"', '"\\q"', '"open', "'other'", '"std/datasets"', '"./a.pipe"', '“curly”'],
  ...['0', '3', '0.5', '-1', '1e308', '1e999', '9007199254740993', '8 GiB', '2 h', '3 apples', '1.', '.5'],
  ...['\n', '\r\n', '\r', '\t', '// note\n', '/// doc\n', '/*', '#', ';', '!', '&', '\\'],
  ...['é', '日本', '👍', '\u0000', '\u202E', '\uFEFF', '\uD800', '\u2028', '\u007F', '\u001B[31m'],
];

/** The numbers of one input. */
function numbersOf(seed: number, index: number): Below {
  const { k0, k1 } = randomKey(seed);
  const out = new Uint32Array(2);
  let counter = 0;
  return (bound) => {
    threefry(k0, k1, index, counter, out);
    counter += 1;
    return Math.floor((out[0]! / 2 ** 32) * bound);
  };
}

/** Input number `index` of a seed; always the same. `programs` holds at least one text. */
export function randomInput(seed: number, index: number, programs: readonly string[]): Input {
  const below = numbersOf(seed, index);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
  const soup = (most: number): string => {
    const gaps = [' ', ' ', ' ', '\n', ''];
    return Array.from({ length: below(most) }, () => pick(words) + pick(gaps)).join('');
  };
  switch (below(10)) {
    case 0: {
      const bytes = Uint8Array.from({ length: below(200) }, () => below(256));
      return { kind: 'bytes', text: new TextDecoder().decode(bytes) };
    }
    case 1: {
      const ranges: readonly [number, number][] = [
        ...[[32, 95] as const, [0, 32] as const, [0x80, 0x780] as const, [0xd700, 0x900] as const].map(
          ([from, size]): [number, number] => [from, size],
        ),
      ];
      const unit = (): number => {
        const [from, size] = pick(ranges);
        return from + below(size);
      };
      return { kind: 'characters', text: String.fromCharCode(...Array.from({ length: below(150) }, unit)) };
    }
    case 2:
      return { kind: 'words', text: soup(80) };
    case 3: {
      const head = 'import { glyphs, overlay } from "std/datasets"\npipeline p(count: Int = 3, x: [Float]? = none) {\n';
      return { kind: 'words in a body', text: `${head}${soup(40)}\n}` };
    }
    case 4:
    case 5:
    case 6: {
      let text = pick(programs);
      for (let edits = 1 + below(4); edits > 0; edits -= 1) {
        const at = below(text.length + 1);
        const put = below(3) === 0 ? '' : below(2) === 0 ? pick(words) : String.fromCharCode(32 + below(95));
        text = text.slice(0, at) + put + text.slice(at + below(below(4) === 0 ? 60 : 4));
      }
      return { kind: 'edited', text };
    }
    case 7:
    case 8: {
      const parts = pick(programs).split(/((?<=\W)|(?=\W))/);
      for (let edits = 1 + below(4); edits > 0; edits -= 1) {
        const at = below(parts.length);
        const other = below(parts.length);
        const change = below(4);
        if (change === 0) parts.splice(at, 1 + below(5));
        else if (change === 1) parts.splice(at, 0, ...parts.slice(other, other + 1 + below(12)));
        else if (change === 2) [parts[at], parts[other]] = [parts[other] ?? '', parts[at] ?? ''];
        else parts[at] = pick(words);
      }
      return { kind: 'edited words', text: parts.join('') };
    }
    default: {
      const [one, other] = [pick(programs), pick(programs)];
      return { kind: 'spliced', text: one.slice(0, below(one.length + 1)) + other.slice(below(other.length + 1)) };
    }
  }
}
