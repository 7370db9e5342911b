// A type → something of it, of which no more is known than the type says: what a body is checked with before any call, and what a stage would be
// given by a type.
import type { Type } from '../types/type.ts';
import { errorDatum, type Datum } from './datum.ts';
import { promiseOf, type Promised } from './stage-promise.ts';

/** Values are not known. Of a list one item stands for all. `promised` is the parameter or output that has the type. */
export function anyOfType(type: Type, promised: Promised, module: string): Datum {
  const { declared } = promised;
  switch (type.kind) {
    case 'artifact':
      return {
        kind: 'artifact',
        type,
        binding: { kind: 'output', step: '', output: '' },
        made: { span: declared, text: 'declared here' },
      };
    case 'list':
      return { kind: 'list', items: [anyOfType(type.element, promised, module)], origin: declared, anyLength: true };
    case 'optional':
      return anyOfType(type.inner, promised, module);
    case 'stage':
      return { kind: 'stage', signature: promiseOf(type, promised, module), named: undefined, given: new Map() };
    case 'record':
    case 'scalar':
    case 'enumeration':
    case 'error':
      return errorDatum;
  }
}
