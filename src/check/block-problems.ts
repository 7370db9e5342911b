// Problems of statements as diagnostics (P509).
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { ForExpression, Statement } from '../syntax/ast.ts';

export function missingYield(loop: ForExpression): Diagnostic {
  return diagnose(
    'P509',
    'this `for` yields nothing',
    { span: loop.variable.span, text: 'each round must end with `yield`' },
    {
      notes: ['The value of a `for` is the list of what its rounds yield.'],
    },
  );
}

export function misplacedYield(statement: Statement): Diagnostic {
  return diagnose(
    'P509',
    '`yield` stands outside of a `for`',
    { span: statement.span, text: 'nothing takes this value' },
    { notes: ['A pipeline gives its results with `output name = …`.'] },
  );
}

export function misplacedOutput(statement: Statement): Diagnostic {
  return diagnose(
    'P509',
    '`output` stands inside a `for`',
    { span: statement.span, text: 'not here' },
    {
      notes: ['Yield the value, and make the list of all rounds an output behind the `for`.'],
    },
  );
}

export function secondYield(statement: Statement, earlier: Span): Diagnostic {
  return diagnose(
    'P509',
    'this `for` yields twice',
    { span: statement.span, text: 'a second time' },
    {
      labels: [{ span: earlier, text: 'first here' }],
      notes: ['Yield several values as one: `yield { a: …, b: … }`.'],
    },
  );
}

export function behindYield(statement: Statement, earlier: Span): Diagnostic {
  return diagnose(
    'P509',
    '`yield` is the last statement of a `for`',
    { span: statement.span, text: 'stands behind it' },
    { labels: [{ span: earlier, text: 'the round ends here' }] },
  );
}
