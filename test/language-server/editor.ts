// An editor for tests: starts the real `pipe language-server --stdio` as a process and speaks the protocol to it.
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  Diagnostic,
  DocumentSymbol,
  Hover,
  InlayHint,
  Location,
  Position,
  Range,
  SemanticTokens,
  SignatureHelp,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol';
import { distribution } from '../distribution.ts';

/** The answers of the methods that tests use. */
interface Answers {
  readonly 'textDocument/hover': Hover | null;
  readonly 'textDocument/completion': CompletionItem[];
  readonly 'textDocument/signatureHelp': SignatureHelp | null;
  readonly 'textDocument/definition': Location[];
  readonly 'textDocument/references': Location[];
  readonly 'textDocument/documentHighlight': { readonly range: Range }[];
  readonly 'textDocument/prepareRename': { readonly range: Range; readonly placeholder: string } | null;
  readonly 'textDocument/rename': WorkspaceEdit;
  readonly 'textDocument/documentSymbol': DocumentSymbol[];
  readonly 'textDocument/formatting': TextEdit[];
  readonly 'textDocument/semanticTokens/full': SemanticTokens;
  readonly 'textDocument/inlayHint': InlayHint[];
  readonly 'textDocument/codeLens': CodeLens[];
  readonly 'textDocument/codeAction': CodeAction[];
}

const MARK = '‸';

/** A text with one mark where the cursor is, without it; and the position. */
export function marked(text: string): { readonly text: string; readonly position: Position } {
  const offset = text.indexOf(MARK);
  if (offset < 0) throw new Error(`no ${MARK} in the text`);
  return { text: text.replace(MARK, ''), position: positionOf(text, offset) };
}

export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)!.length };
}

/** The text in a range. */
export function textIn(text: string, { start, end }: Range): string {
  const lines = text.split('\n');
  const at = ({ line, character }: Position): number =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return text.slice(at(start), at(end));
}

export class Editor {
  readonly connection: MessageConnection;
  /** Where the files of the workspace are. */
  readonly folder: string;
  /** Requests of the server. */
  readonly asked: string[] = [];
  /** What the server logged of faults of its own. */
  readonly faults: string[] = [];
  /** The exit code of the server, once it has ended. */
  readonly ended: Promise<number | null>;
  readonly #versions = new Map<string, number>();
  readonly #shown = new Map<string, { readonly version: number; readonly diagnostics: Diagnostic[] }>();
  #onShown: (() => void) | undefined;

  /** The files are on disk; none is open. */
  static async start(files: Readonly<Record<string, string>> = {}, capabilities: object = {}): Promise<Editor> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pipe-editor-')));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const editor = new Editor(folder);
    const rootUri = pathToFileURL(folder).href;
    await editor.connection.sendRequest('initialize', {
      ...{ processId: process.pid, rootUri, capabilities },
      workspaceFolders: [{ uri: rootUri, name: 'test' }],
    });
    await editor.connection.sendNotification('initialized', {});
    return editor;
  }

  private constructor(folder: string) {
    this.folder = folder;
    const child = spawn(process.execPath, [distribution().cli, 'language-server', '--stdio'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stderr.on('data', (bytes: Buffer) => this.faults.push(bytes.toString()));
    this.ended = new Promise((resolve) => child.on('close', resolve));
    this.connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.faults.push(message);
    });
    this.connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, version, diagnostics }: { uri: string; version: number; diagnostics: Diagnostic[] }) => {
        this.#shown.set(uri, { version, diagnostics });
        this.#onShown?.();
      },
    );
    this.connection.onRequest((method) => {
      this.asked.push(method);
      return null;
    });
    this.connection.listen();
  }

  uri(name: string): string {
    return name.includes(':') ? name : pathToFileURL(join(this.folder, name)).href;
  }

  /** Opens a document, or gives an open one another text. It need not be on disk. */
  async write(name: string, text: string): Promise<void> {
    const uri = this.uri(name);
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    if (version === 1)
      await this.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'pipe', version, text },
      });
    else
      await this.connection.sendNotification('textDocument/didChange', {
        ...{ textDocument: { uri, version }, contentChanges: [{ text }] },
      });
  }

  ask<M extends keyof Answers>(method: M, name: string, more: object = {}): Promise<Answers[M]> {
    return this.connection.sendRequest(method, { textDocument: { uri: this.uri(name) }, ...more });
  }

  /** The problems of a document, as they are shown after its last change. */
  async problems(name: string): Promise<readonly Diagnostic[]> {
    const uri = this.uri(name);
    for (;;) {
      const shown = this.#shown.get(uri);
      if (shown?.version === this.#versions.get(uri)) return shown!.diagnostics;
      await new Promise<void>((resolve) => (this.#onShown = resolve));
    }
  }

  /** Ends the server as editors do, and gives its exit code. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await this.ended;
    this.connection.dispose();
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }
}
