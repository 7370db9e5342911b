// JSON files of the store, checked against a schema when they are read: a truncated or foreign file is as good as none.
import { Ajv, type JSONSchemaType, type ValidateFunction } from 'ajv';
import { readIfThere, type FileSystem } from '../platform/file-system.ts';

/** Compiles on first use: most commands need one schema or none. */
export function lazyValidator<T>(schema: object): (value: unknown) => value is T {
  let validate: ValidateFunction<T> | undefined;
  return (value): value is T => {
    validate ??= new Ajv({ strict: true, allowUnionTypes: true }).compile<T>(schema as JSONSchemaType<T>);
    return validate(value);
  };
}

/** The parsed file, or undefined where it is missing, is no JSON, or does not fit. */
export async function readValidated<T>(
  files: FileSystem,
  path: string,
  validate: (value: unknown) => value is T,
): Promise<T | undefined> {
  const bytes = await readIfThere(files, path);
  if (bytes === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  return validate(value) ? value : undefined;
}
