// A loaded module: its tree, and for each of its imports the module that it names.
import type { SourceFile } from '../source/source-file.ts';
import type { File, Import } from '../syntax/ast.ts';

export interface Module {
  /** `std/datasets`, or the path of a file. Also the name of its source. */
  readonly key: string;
  /** Of the standard library, by its name or by its path: its stages without a body are this program's own. */
  readonly isStandard: boolean;
  readonly source: SourceFile;
  readonly file: File;
  readonly imports: readonly {
    readonly syntax: Import;
    /** Undefined where it could not be loaded. */ readonly module: string | undefined;
  }[];
  /** Its text has errors, so a name may be missing or unused for no fault of the rest. */
  readonly hasSyntaxErrors: boolean;
}
