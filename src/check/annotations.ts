// `@resources(gpu: 1, memory: 8 GiB)`, `@retries(2)`, `@timeout(2 h)`, `@cache(off)` → how a step may run. They never change what it computes.
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Annotations } from '../graph/typed-graph.ts';
import type { Annotation, Argument, Expression } from '../syntax/ast.ts';
import type { ScalarName } from '../types/type.ts';
import { describe, errorDatum, hasError, single, type Datum } from './datum.ts';

/** A value as far as it is known: a literal, a word such as `off`, or what an expression came to. */
type Read = (value: Known) => Partial<Annotations> | undefined;

interface Known {
  /** Undefined for a word. */
  readonly type: ScalarName | undefined;
  readonly value: number | string | boolean;
}

/** What an annotation takes: by name, or one value without a name under the key ''. `form` shows it in messages. */
interface AnnotationKind {
  readonly form: string;
  readonly takes: Readonly<Record<string, Read>>;
  /** Names in it are words of the annotation, not of the program. */
  readonly takesWords?: boolean;
}

const whole =
  (key: 'gpu' | 'retries', most: number): Read =>
  (value) =>
    value.type === 'Int' && Number(value.value) >= 0 && Number(value.value) <= most
      ? { [key]: value.value }
      : undefined;

const quantity =
  (key: 'memory' | 'timeout', measure: 'Memory' | 'Duration'): Read =>
  (value) =>
    value.type === measure && Number(value.value) > 0 ? { [key]: value.value } : undefined;

const kinds: Readonly<Record<string, AnnotationKind>> = {
  resources: {
    form: '@resources(gpu: 1, memory: 8 GiB)',
    takes: { gpu: whole('gpu', 1024), memory: quantity('memory', 'Memory') },
  },
  retries: { form: '@retries(2)', takes: { '': whole('retries', 1000) } },
  timeout: { form: '@timeout(2 h)', takes: { '': quantity('timeout', 'Duration') } },
  cache: {
    form: '@cache(off)',
    takesWords: true,
    takes: {
      '': (value) =>
        value.type === undefined && (value.value === 'on' || value.value === 'off')
          ? { cache: value.value === 'on' }
          : undefined,
    },
  },
};

/** What an expression comes to here; without it only what is written out is known, and the rest is passed over. */
export type EvaluateArgument = (expression: Expression) => Datum;

/** Later annotations win over earlier ones. */
export function resolveAnnotations(
  annotations: readonly Annotation[],
  report: (problem: Diagnostic) => void,
  evaluate?: EvaluateArgument,
): Annotations {
  return Object.assign({}, ...annotations.map((annotation) => resolveOne(annotation, report, evaluate))) as Annotations;
}

/** Undefined where nothing can be said about it, and nothing is to be said. */
function knownOf(
  expression: Expression,
  { takesWords = false }: AnnotationKind,
  evaluate: EvaluateArgument | undefined,
): Known | undefined {
  if (expression.kind === 'name' && takesWords) return { type: undefined, value: expression.name };
  if (expression.kind === 'number') return { type: expression.isInteger ? 'Int' : 'Float', value: expression.value };
  if (expression.kind === 'quantity') return { type: expression.measure, value: expression.value };
  const datum = evaluate === undefined ? errorDatum : single(evaluate(expression));
  if (hasError(datum)) return undefined;
  return datum.kind === 'value' ? datum : { type: undefined, value: describe(datum) };
}

function resolveOne(
  annotation: Annotation,
  report: (problem: Diagnostic) => void,
  evaluate: EvaluateArgument | undefined,
): Partial<Annotations> {
  const { name } = annotation;
  const kind = Object.hasOwn(kinds, name.text) ? kinds[name.text] : undefined;
  if (kind === undefined) {
    const suggestion = nearestNames(name.text, Object.keys(kinds))[0];
    report(
      diagnose(
        'P510',
        `there is no annotation \`@${name.text}\``,
        { span: name.span, text: 'not known' },
        {
          suggestion: suggestion === undefined ? undefined : `@${suggestion}`,
          notes: [
            `The annotations are ${Object.values(kinds)
              .map(({ form }) => `\`${form}\``)
              .join(', ')}.`,
          ],
        },
      ),
    );
    return {};
  }
  const wrong = (argument: Argument | undefined, text: string): Partial<Annotations> => {
    report(
      diagnose(
        'P511',
        `\`@${name.text}\` does not take this`,
        { span: argument?.span ?? annotation.span, text },
        { notes: [`It is written \`${kind.form}\`.`] },
      ),
    );
    return {};
  };
  if (annotation.arguments.length === 0) return wrong(undefined, 'nothing is given');
  const seen = new Set<string>();
  const parts = annotation.arguments.map((argument) => {
    if (argument.value.kind === 'error') return {};
    const key = argument.name?.text ?? '';
    const read = Object.hasOwn(kind.takes, key) ? kind.takes[key] : undefined;
    if (read === undefined) return wrong(argument, key === '' ? 'a name is missing' : `\`${key}\` is not known`);
    if (seen.has(key)) return wrong(argument, 'given twice');
    seen.add(key);
    const value = knownOf(argument.value, kind, evaluate);
    return value === undefined ? {} : (read(value) ?? wrong(argument, 'not a value that fits'));
  });
  return Object.assign({}, ...parts) as Annotations;
}

/** How each annotation is written, by its name. */
export const annotationForms: ReadonlyMap<string, string> = new Map(
  Object.entries(kinds).map(([name, { form }]) => [name, form]),
);
