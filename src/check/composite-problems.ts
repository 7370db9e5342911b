// Problems of a stage's body as diagnostics: its outputs must be those that its signature promises.
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import type { Dimension } from '../types/dimension.ts';
import { formatDimension, formatType } from '../types/format-type.ts';
import type { Type } from '../types/type.ts';
import { describe, type Datum } from './datum.ts';
import { items } from './length-problems.ts';
import type { Signature } from './signature.ts';
import type { Wanted } from './type-problems.ts';

export function undeclaredOutput(name: string, span: Span, signature: Signature): Diagnostic {
  const declared = signature.results.map((result) => result.name);
  return diagnose(
    'P204',
    `\`${signature.name}\` declares no output \`${name}\``,
    { span, text: 'not declared' },
    {
      suggestion: nearestNames(name, declared)[0],
      labels: [{ span: signature.span, text: `its outputs are ${declared.join(', ')}` }],
    },
  );
}

export function missingOutput(name: string, declared: Span, signature: Signature): Diagnostic {
  return diagnose(
    'P204',
    `the body of \`${signature.name}\` does not make its output \`${name}\``,
    { span: declared, text: 'promised here' },
    {
      notes: [`Add \`output ${name} = …\` to the body.`],
    },
  );
}

export function wrongOutput(promised: Type, datum: Datum, { what, at, declared }: Wanted): Diagnostic {
  const given = describe(datum);
  return diagnose(
    'P401',
    `${what} must be ${formatType(promised)}, but this is ${given}`,
    { span: at, text: `this is ${given}` },
    {
      labels: [{ span: declared, text: 'promised here' }],
    },
  );
}

export function otherLength(promised: Dimension, count: number, { what, at, declared }: Wanted): Diagnostic {
  return diagnose(
    'P416',
    `${what} must be a list of ${formatDimension(promised)}, but this has ${items(count)}`,
    { span: at, text: `this has ${items(count)}` },
    {
      labels: [{ span: declared, text: 'promised here' }],
    },
  );
}
