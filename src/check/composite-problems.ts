// Problems of a stage's body as diagnostics: its outputs must be those that its signature promises.
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import { describe, type Datum } from './datum.ts';
import type { Signature } from './signature.ts';

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

export function wrongOutput(name: string, at: Span, declared: Span, promised: string, datum: Datum): Diagnostic {
  return diagnose(
    'P401',
    `the output \`${name}\` must be ${promised}, but this is ${describe(datum)}`,
    { span: at, text: `this is ${describe(datum)}` },
    {
      labels: [{ span: declared, text: 'promised here' }],
    },
  );
}
