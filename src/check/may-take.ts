// Whether something of one type may stand where another is wanted, as far as the types alone say: ranges, strings of an enumeration and sizes are held
// where the values are known.
import { mayStandFor, type Type } from '../types/type.ts';

export function mayTake(wanted: Type, given: Type): boolean {
  if (wanted.kind === 'error' || given.kind === 'error') return true;
  if (wanted.kind === 'optional') return mayTake(wanted.inner, given.kind === 'optional' ? given.inner : given);
  switch (given.kind) {
    case 'scalar':
      if (wanted.kind === 'enumeration') return given.name === 'String';
      return (
        wanted.kind === 'scalar' && (wanted.name === given.name || (wanted.name === 'Float' && given.name === 'Int'))
      );
    case 'enumeration':
      return wanted.kind === 'enumeration'
        ? given.values.every((value) => wanted.values.includes(value))
        : wanted.kind === 'scalar' && wanted.name === 'String';
    case 'artifact':
      return wanted.kind === 'artifact' && mayStandFor(given, wanted);
    case 'list':
      return wanted.kind === 'list' && mayTake(wanted.element, given.element);
    case 'stage':
      return wanted.kind === 'stage';
    case 'optional':
    case 'record':
      return false;
  }
}
