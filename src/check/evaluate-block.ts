// The statements of a pipeline, a composite stage or a `for`, from top to bottom.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { Block, Statement } from '../syntax/ast.ts';
import { resolveAnnotations, type EvaluateArgument } from './annotations.ts';
import { behindYield, misplacedOutput, misplacedYield, secondYield } from './block-problems.ts';
import { into, type BlockKind, type BlockResult, type Checking, type Situation } from './checking.ts';
import { errorDatum } from './datum.ts';
import { definedTwice } from './module-problems.ts';
import { find, innerScope, type Scope } from './scope.ts';

export function evaluateBlock(block: Block, kind: BlockKind, situation: Situation, checking: Checking): BlockResult {
  const bound = new Map(
    block.statements.flatMap((statement) =>
      statement.kind === 'binding' ? [[statement.name.text, statement.name.span] as const] : [],
    ),
  );
  const scope = innerScope(situation.scope, bound);
  checking.record.scope(block.span, scope);
  const outputs = new Map<string, BlockResult['outputs'][number]>();
  let yielded: { readonly datum: BlockResult['yielded']; readonly span: Span } | undefined;
  for (const statement of block.statements) {
    reportMisplaced(statement, kind, yielded?.span, checking.report);
    const here: Situation = { ...situation, scope, annotations: annotationsOf(statement, situation, scope, checking) };
    if (statement.kind === 'yield') {
      const datum = checking.evaluate(statement.value, here);
      yielded ??= { datum: statement.broken ? errorDatum : datum, span: statement.span };
      continue;
    }
    const { text: name, span } = statement.name;
    const path = situation.prefix + name;
    if (statement.kind === 'output') {
      const place = { ...situation.place, path, around: 'output' };
      const datum = checking.evaluate(statement.value, { ...here, place });
      checking.record.define({ what: 'output', span });
      checking.record.value(span, datum);
      const earlier = outputs.get(name);
      if (earlier !== undefined) checking.report(definedTwice(statement.name, earlier.span));
      else outputs.set(name, { name, datum: statement.broken ? errorDatum : datum, span, at: statement.value.span });
      continue;
    }
    const datum = checking.evaluate(statement.value, { ...here, place: { ...situation.place, path } });
    checking.record.define({ what: 'binding', span });
    checking.record.value(span, datum);
    const earlier = find(name, scope);
    if (earlier !== undefined)
      checking.report(
        definedTwice(
          statement.name,
          earlier.span,
          earlier.what === 'stage' ? ['A value cannot have the name of a stage.'] : [],
        ),
      );
    else scope.entries.set(name, { datum: statement.broken ? errorDatum : datum, span, what: 'binding' });
  }
  return { outputs: [...outputs.values()], yielded: yielded?.datum };
}

/** Those of a statement, and of what is around it. */
function annotationsOf(
  { annotations: own }: Statement,
  situation: Situation,
  scope: Scope,
  checking: Checking,
): Situation['annotations'] {
  if (own.length === 0) return situation.annotations;
  const evaluate: EvaluateArgument = (expression) => checking.evaluate(expression, into({ ...situation, scope }, '.@'));
  return { ...situation.annotations, ...resolveAnnotations(own, checking.report, evaluate) };
}

function reportMisplaced(
  statement: Statement,
  kind: BlockKind,
  yieldedAt: Span | undefined,
  report: (problem: Diagnostic) => void,
): void {
  if (statement.kind === 'yield' && kind !== 'for') report(misplacedYield(statement));
  else if (statement.kind === 'output' && kind === 'for') report(misplacedOutput(statement));
  else if (yieldedAt !== undefined && kind === 'for')
    report(statement.kind === 'yield' ? secondYield(statement, yieldedAt) : behindYield(statement, yieldedAt));
}
