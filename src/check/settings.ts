// `--set name=value` → names with expressions. The texts are one pseudo source named `--set`, a line each, so that messages can show them.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { SourceFile } from '../source/source-file.ts';
import type { Span } from '../source/span.ts';
import type { Expression, Name } from '../syntax/ast.ts';
import { parseLoneExpression } from '../syntax/parse-source.ts';
import type { Type } from '../types/type.ts';
import { malformedSet } from './pipeline-problems.ts';
import { splitAtCommas } from './split-at-commas.ts';

export interface Setting {
  readonly name: Name;
  readonly text: string;
  readonly at: Span;
}

/** The pseudo source of all settings. */
export function settingsSource(set: readonly string[]): SourceFile {
  return new SourceFile('--set', set.join('\n'));
}

export function readSettings(set: readonly string[], report: (problem: Diagnostic) => void): readonly Setting[] {
  let start = 0;
  return set.flatMap((setting) => {
    const from = start;
    start += setting.length + 1;
    const match = /^(\s*)([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(setting);
    const at = (a: number, b: number): Span => ({ file: '--set', start: from + a, end: from + b });
    if (match === null) {
      const problem =
        setting.trim() === ''
          ? 'nothing is set'
          : setting.includes('=')
            ? 'no name stands before `=`'
            : 'there is no `=`';
      report(malformedSet(at(0, setting.length), problem));
      return [];
    }
    const value = at(match[0].length, setting.length);
    const nameStart = match[1]!.length;
    if (setting.slice(match[0].length).trim() === '') {
      report(malformedSet(at(0, setting.length), 'there is no value behind `=`'));
      return [];
    }
    return [
      {
        name: { text: match[2]!, span: at(nameStart, nameStart + match[2]!.length) },
        text: setting.slice(match[0].length),
        at: value,
      },
    ];
  });
}

/**
 * The value of a setting as an expression of the language; where a string is wanted, a bare word is one, and where a list is, its brackets may be
 * left out: `seeds=0,1` is `seeds=[0,1]`, since only what takes one value is swept.
 */
export function settingExpression(
  setting: Setting,
  source: SourceFile,
  type: Type,
  report: (problem: Diagnostic) => void,
): Expression {
  const text = setting.text.trim();
  const start = setting.at.start + setting.text.indexOf(text);
  const span = { ...setting.at, start, end: start + text.length };
  const element = elementOf(type);
  if (element !== undefined && !text.startsWith('[') && text !== 'none') {
    const parts = splitAtCommas(text);
    if (parts.length > 1 || wantsText(element) || element.kind === 'stage' || /^[-\d"]|^(true|false)$/.test(text)) {
      const items = parts.map((part) => {
        const at = { ...span, start: start + part.start, end: start + part.start + part.text.length };
        return settingExpression({ ...setting, text: part.text, at }, source, element, report);
      });
      return { kind: 'list', items, span };
    }
  }
  if (wantsText(type) && !text.startsWith('"') && text !== 'none')
    return { kind: 'string', parts: [{ kind: 'text', text, span }], span };
  const { expression, diagnostics } = parseLoneExpression(source, span.start, span.end);
  if (diagnostics[0] !== undefined) {
    report(diagnostics[0]);
    return { kind: 'error', span };
  }
  return bareWords(expression, type);
}

/** What a list holds that can be written without its brackets: single values, of which `none` is not one. */
function elementOf(type: Type): Type | undefined {
  if (type.kind === 'optional') return elementOf(type.inner);
  return type.kind === 'list' && ['scalar', 'enumeration', 'stage'].includes(type.element.kind)
    ? type.element
    : undefined;
}

function wantsText(type: Type): boolean {
  if (type.kind === 'optional') return wantsText(type.inner);
  return type.kind === 'enumeration' || (type.kind === 'scalar' && type.name === 'String');
}

/** `[conv3, conv4]` where a list of strings is wanted. */
function bareWords(expression: Expression, type: Type): Expression {
  if (type.kind === 'optional') return bareWords(expression, type.inner);
  if (expression.kind === 'list' && type.kind === 'list')
    return { ...expression, items: expression.items.map((item) => bareWords(item, type.element)) };
  if (expression.kind !== 'name' || !wantsText(type)) return expression;
  const { span, name } = expression;
  return { kind: 'string', parts: [{ kind: 'text', text: name, span }], span };
}
