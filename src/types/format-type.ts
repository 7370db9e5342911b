// Types as the user writes them.
import type { ArithmeticDimension, Dimension } from './dimension.ts';
import { optionalDimensions, typeName, type ArtifactType, type Range, type StageType, type Type } from './type.ts';

export function formatDimension(dimension: Dimension): string {
  switch (dimension.kind) {
    case 'known':
      return String(dimension.value);
    case 'variable':
      return dimension.name;
    case 'arithmetic':
      return `${formatOperand(dimension, dimension.left, false)} ${dimension.operator} ${formatOperand(dimension, dimension.right, true)}`;
    case 'unknown':
      return dimension.name ?? '?';
  }
}

const isProduct = ({ operator }: ArithmeticDimension): boolean => operator === '*' || operator === '/';

/** In parentheses where it would be read otherwise: `(N + M) / 2`, `N - (M - 1)`. */
function formatOperand(of: ArithmeticDimension, operand: Dimension, isRight: boolean): string {
  const text = formatDimension(operand);
  if (operand.kind !== 'arithmetic') return text;
  const binds = isProduct(operand) === isProduct(of) ? !isRight : isProduct(operand);
  return binds ? text : `(${text})`;
}

/** Without those at the end that may be left out and are not known. */
function writtenDimensions({ name, dimensions }: ArtifactType): readonly Dimension[] {
  const least = dimensions.length - (optionalDimensions[name] ?? 0);
  const last = dimensions.findLastIndex(({ kind }) => kind !== 'unknown');
  return dimensions.slice(0, Math.max(least, last + 1));
}

/** `in 1..10`, `> 0`, `>= 0`, `< 1`, `<= 1`. */
export function formatRange({ low, high }: Range): string {
  if (low !== undefined && high !== undefined) return `in ${low.value}..${high.value}`;
  if (low !== undefined) return `${low.inclusive ? '>=' : '>'} ${low.value}`;
  if (high !== undefined) return `${high.inclusive ? '<=' : '<'} ${high.value}`;
  return '';
}

/** A type as it stands in a signature: `Images<N, 28, 28, 1>`, `[Scores]`, `Int in 1..10`; `refinements: false` leaves ranges out. */
export function formatType(type: Type, { refinements = true }: { readonly refinements?: boolean } = {}): string {
  const inner = (other: Type): string => formatType(other, { refinements });
  switch (type.kind) {
    case 'scalar':
      return refinements && type.range !== undefined ? `${type.name} ${formatRange(type.range)}` : type.name;
    case 'enumeration':
      return `one of ${type.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'artifact': {
      const dimensions = writtenDimensions(type).map(formatDimension);
      return dimensions.length === 0 ? typeName(type) : `${typeName(type)}<${dimensions.join(', ')}>`;
    }
    case 'list':
      return type.length === undefined || type.length.kind === 'unknown'
        ? `[${inner(type.element)}]`
        : `[${inner(type.element)}]<${formatDimension(type.length)}>`;
    case 'optional':
      return `${inner(type.inner)}?`;
    case 'record':
      return `{ ${type.fields.map((field) => `${field.name}: ${inner(field.type)}`).join(', ')} }`;
    case 'stage': {
      const own = type.dimensions.map(({ name, addsUp }) => `${name}${addsUp ? '+' : ''}`);
      const fields = (all: StageType['takes']): string =>
        all.map((field) => `${field.name}: ${inner(field.type)}`).join(', ');
      const variables = own.length === 0 ? '' : `<${own.join(', ')}>`;
      return `stage${variables}(${fields(type.takes)}) -> { ${fields(type.results)} }`;
    }
    case 'error':
      return '?';
  }
}
