// `@resources(gpu: 1, memory: 8 GiB)`, `@retries(2)`, `@timeout(2 h)`, `@cache(off)` → how a step may run. They never change what it computes.
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Annotations } from '../graph/typed-graph.ts';
import type { Annotation, Argument, Expression } from '../syntax/ast.ts';

type Read = (value: Expression) => Partial<Annotations> | undefined;

/** What an annotation takes: by name, or one value without a name under the key ''. `form` shows it in messages. */
interface AnnotationKind {
  readonly form: string;
  readonly takes: Readonly<Record<string, Read>>;
}

const whole =
  (key: 'gpu' | 'retries', most: number): Read =>
  (value) =>
    value.kind === 'number' && value.isInteger && value.value <= most ? { [key]: value.value } : undefined;

const quantity =
  (key: 'memory' | 'timeout', measure: 'Memory' | 'Duration'): Read =>
  (value) =>
    value.kind === 'quantity' && value.measure === measure && value.value > 0 ? { [key]: value.value } : undefined;

const kinds: Readonly<Record<string, AnnotationKind>> = {
  resources: {
    form: '@resources(gpu: 1, memory: 8 GiB)',
    takes: { gpu: whole('gpu', 1024), memory: quantity('memory', 'Memory') },
  },
  retries: { form: '@retries(2)', takes: { '': whole('retries', 1000) } },
  timeout: { form: '@timeout(2 h)', takes: { '': quantity('timeout', 'Duration') } },
  cache: {
    form: '@cache(off)',
    takes: {
      '': (value) =>
        value.kind === 'name' && (value.name === 'on' || value.name === 'off')
          ? { cache: value.name === 'on' }
          : undefined,
    },
  },
};

/** Later annotations win over earlier ones. */
export function resolveAnnotations(
  annotations: readonly Annotation[],
  report: (problem: Diagnostic) => void,
): Annotations {
  return Object.assign({}, ...annotations.map((annotation) => resolveOne(annotation, report))) as Annotations;
}

function resolveOne(annotation: Annotation, report: (problem: Diagnostic) => void): Partial<Annotations> {
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
    return read(argument.value) ?? wrong(argument, 'not a value that fits');
  });
  return Object.assign({}, ...parts) as Annotations;
}
