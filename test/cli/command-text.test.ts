import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandText } from '../../src/cli/command-text.ts';

describe('the command to type again', () => {
  it('quotes only what a shell would take apart', () => {
    expect(commandText(['run', 'a.pipe', '--set', 'seeds=[0, 1]'])).toBe("npx pipe run a.pipe --set 'seeds=[0, 1]'");
  });

  it('gives a shell back the very arguments', () => {
    const shellText = fc.string({ unit: fc.constantFrom(...'ab \'"$`\\*?~!#&|;<>(){}[]\n'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(shellText, { minLength: 1, maxLength: 4 }), (argumentList) => {
        const command = commandText(argumentList).replace(/^npx pipe/, 'printf "%s\\0"');
        const seen = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).split('\0').slice(0, -1);
        expect(seen).toEqual(argumentList);
      }),
      { numRuns: 60 },
    );
  });
});
