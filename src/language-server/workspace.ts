// The texts that the editor holds open, before those on disk, and what was analysed of them. An analysis is kept as long as every text that it
// read is the same, and so is what was parsed of a text.
import { SourceFile } from '../source/source-file.ts';
import { parseSource, type ParsedSource } from '../syntax/parse-source.ts';
import { analyse, carried, meanwhile, type Analysis } from './analysis.ts';
import { modulePath } from './places.ts';

/** Files on disk. None of these throws. */
export interface Files {
  /** Undefined where there is no such file, or none that is text. */
  readonly read: (path: string) => string | undefined;
  /** Names of the programs in a folder. */
  readonly list: (folder: string) => readonly string[];
  /** Paths of the programs in a folder and below it. */
  readonly programsUnder: (folder: string) => readonly string[];
}

interface Kept {
  readonly analysis: Analysis;
  /** Every text that it read, or looked for in vain. */
  readonly texts: ReadonlyMap<string, string | undefined>;
}

/** Characters of a text from which on it takes longer to analyse than the time between two keys. */
export const LONG = 20_000;

/** Texts of closed files whose parse is kept. */
const MOST_PARSED = 500;

export class Workspace {
  readonly stdlib: string;
  /** Where programs are looked for that may use what a document defines. */
  folders: readonly string[] = [];
  readonly #files: Files;
  readonly #open = new Map<string, string>();
  readonly #parsed = new Map<string, { readonly text: string; readonly parsed: ParsedSource }>();
  readonly #kept = new Map<string, Kept>();

  constructor(files: Files, stdlib: string) {
    this.#files = files;
    this.stdlib = stdlib.replaceAll('\\', '/');
  }

  /** The text of an open document, from its opening to its closing. */
  setText(path: string, text: string): void {
    this.#open.set(path, text);
  }

  close(path: string): void {
    this.#open.delete(path);
    this.#kept.delete(path);
  }

  read(path: string): string | undefined {
    return this.#open.get(path) ?? this.#files.read(path);
  }

  list(folder: string): readonly string[] {
    return this.#files.list(folder);
  }

  /** What is known of a document between two keys: of a long one, what is known of the text before them. */
  whileTyping(path: string): Analysis | undefined {
    return this.#before(path, carried);
  }

  /** What can be shown of a document at once: of a long one that has just changed, what was known before, where it now stands. */
  meanwhile(path: string): Analysis | undefined {
    return this.#before(path, meanwhile);
  }

  #before(path: string, bring: (earlier: Analysis, later: SourceFile) => Analysis): Analysis | undefined {
    const kept = this.#kept.get(path);
    const text = this.read(path);
    if (kept === undefined || text === undefined || text.length <= LONG || this.#holds(kept))
      return this.analysis(path);
    return bring(kept.analysis, new SourceFile(path, text));
  }

  #holds({ texts }: Kept): boolean {
    return [...texts].every(([read, text]) => this.read(read) === text);
  }

  /** Undefined where there is no such file. */
  analysis(path: string): Analysis | undefined {
    const kept = this.#kept.get(path);
    if (kept !== undefined && this.#holds(kept)) return kept.analysis;
    const texts = new Map<string, string | undefined>();
    const read = (asked: string): string | undefined => {
      const text = this.read(asked);
      texts.set(asked, text);
      return text;
    };
    const parse = (source: SourceFile): ParsedSource => this.#parse(source);
    const analysis = analyse(path, { read, list: (folder) => this.list(folder) }, this.stdlib, parse);
    if (analysis === undefined) this.#kept.delete(path);
    else this.#kept.set(path, { analysis, texts });
    return analysis;
  }

  /** What a file would be if these texts stood in the place of what stands there; nothing of it is kept. */
  imagine(path: string, texts: ReadonlyMap<string, string>): Analysis | undefined {
    const read = (asked: string): string | undefined => texts.get(asked) ?? this.read(asked);
    return analyse(path, { read, list: (folder) => this.list(folder) }, this.stdlib, parseSource);
  }

  /** Every program here: open ones, those in the folders, and the standard library's. */
  programs(): readonly string[] {
    const found = this.folders.flatMap((folder) => this.#files.programsUnder(folder));
    const standard = this.standardModules().map((module) => modulePath(module, this.stdlib));
    return [...new Set([...this.#open.keys(), ...found, ...standard])];
  }

  /** `std/clustering` and so on. */
  standardModules(): readonly string[] {
    return this.#files.list(`${this.stdlib}/std`).map((name) => `std/${name.replace(/\.pipe$/, '')}`);
  }

  #parse(source: SourceFile): ParsedSource {
    const { name, text } = source;
    const known = this.#parsed.get(name);
    if (known?.text === text) return known.parsed;
    const parsed = parseSource(source);
    this.#parsed.delete(name);
    this.#parsed.set(name, { text, parsed });
    const [oldest] = this.#parsed.keys();
    if (this.#parsed.size > MOST_PARSED && oldest !== undefined) this.#parsed.delete(oldest);
    return parsed;
  }
}
