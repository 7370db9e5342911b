// `for x in list { …; yield … }` is unrolled: one cell for each item, whose steps are named `binding[x=1]`.
import type { ForExpression } from '../syntax/ast.ts';
import type { Checking, Situation } from './checking.ts';
import { into } from './checking.ts';
import { errorDatum, lengthOf, single, stageLabel, type Datum } from './datum.ts';
import { definedTwice } from './module-problems.ts';
import { missingYield } from './block-problems.ts';
import { find, innerScope } from './scope.ts';
import { wrongType } from './type-problems.ts';

export function evaluateFor(loop: ForExpression, situation: Situation, checking: Checking): Datum {
  const list = single(checking.evaluate(loop.list, into(situation, '.in')));
  const outer = find(loop.variable.text, situation.scope);
  if (outer !== undefined) checking.report(definedTwice(loop.variable, outer.span));
  if (list.kind !== 'list' && list.kind !== 'error') {
    checking.report(
      wrongType({ kind: 'list', element: { kind: 'error' } }, list, {
        what: 'what `for` goes through',
        at: loop.list.span,
        declared: loop.list.span,
      }),
    );
  }
  if (!loop.body.statements.some((statement) => statement.kind === 'yield')) checking.report(missingYield(loop));
  checking.record.define({ what: 'variable', span: loop.variable.span });
  // Without items, or without a list, the body is still checked once, with a variable that fits everything; its steps reach no output.
  const items = list.kind === 'list' ? list.items : [];
  const cells = items.length === 0 ? [errorDatum] : items;
  const texts = cellTexts(cells);
  const results = cells.map((item, index) => {
    if (!checking.enter()) return errorDatum;
    const scope = innerScope(situation.scope);
    checking.record.value(loop.variable.span, item);
    scope.entries.set(loop.variable.text, { datum: item, span: loop.variable.span, what: 'variable' });
    const place = {
      ...situation.place,
      cells: [...situation.place.cells, `${loop.variable.text}=${texts[index]!}`],
      around: situation.place.path,
    };
    return checking.evaluateBlock(loop.body, 'for', { ...situation, scope, place }).yielded ?? errorDatum;
  });
  if (list.kind !== 'list') return errorDatum;
  return { ...lengthOf(list), kind: 'list', items: items.length === 0 ? [] : results, origin: loop.span };
}

/** How items name their cells: themselves where they are short and plain and no two are alike, else by index. */
function cellTexts(items: readonly Datum[]): readonly string[] {
  const names = items.map((item) => (item.kind === 'stage' ? item.signature.name : undefined));
  return items.map((item, index) => {
    if (item.kind === 'stage' && names.indexOf(names[index]) === names.lastIndexOf(names[index])) return names[index]!;
    const text =
      item.kind === 'value'
        ? String(item.value)
        : item.kind === 'stage'
          ? stageLabel(item)
              .replace(/ with |, /g, '.')
              .replaceAll(' ', '-')
          : '';
    return /^[\w.+-]{1,40}$/.test(text) ? text : `#${index}`;
  });
}
