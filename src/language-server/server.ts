// The protocol: requests in, answers of the features out. The only file that knows the connection. A fault in a feature costs its answer and a
// line in the editor's log, never the server.
import {
  createConnection,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type TextDocumentPositionParams,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from './analysis.ts';
import { offsetOf } from './at.ts';
import { codeActions } from './code-actions.ts';
import { codeLenses } from './code-lens.ts';
import { completion } from './completion.ts';
import { definition } from './definition.ts';
import { diagnostics } from './diagnostics.ts';
import { documentSymbols } from './document-symbols.ts';
import { formatting } from './formatting.ts';
import { hover } from './hover.ts';
import { inlayHints } from './inlay-hints.ts';
import { openLibrary } from './library.ts';
import { pathOf, uriOf } from './places.ts';
import { MovedSource } from './moved-source.ts';
import { references } from './references.ts';
import { prepareRename, rename } from './rename.ts';
import { semanticLegend, semanticTokens } from './semantic-tokens.ts';
import { signatureHelp } from './signature-help.ts';
import { Workspace, type Files } from './workspace.ts';

/** Milliseconds without a change after which problems are shown: long enough not to check at every key of a word. */
const QUIET = 120;

export interface ServerSettings {
  readonly files: Files;
  /** The folder that holds `std/`. */
  readonly stdlib: string;
  readonly version: string;
}

/** Serves until the editor says `exit` or closes the streams, which ends the process. */
export function startServer(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  settings: ServerSettings,
): void {
  const connection = createConnection(input, output);
  const workspace = new Workspace(settings.files, settings.stdlib);
  const documents = new TextDocuments(TextDocument);
  let mayWatch = false;
  const refreshing: Refreshing = { kinds: [], isDue: false };

  connection.onInitialize((parameters) => {
    workspace.folders = foldersOf(parameters);
    const { workspace: may } = parameters.capabilities;
    mayWatch = may?.didChangeWatchedFiles?.dynamicRegistration === true;
    refreshing.kinds = (['semanticTokens', 'inlayHint', 'codeLens'] as const).filter(
      (kind) => may?.[kind]?.refreshSupport === true,
    );
    return capabilities(settings.version);
  });
  connection.onInitialized(() => {
    const watchers = [{ globPattern: '**/*.pipe' }];
    if (mayWatch)
      connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => undefined);
  });

  synchronise(connection, documents, workspace, refreshing);
  answer(connection, workspace, settings, refreshing);
  documents.listen(connection);
  connection.listen();
}

/** What an editor asks for once a change, and can be told to ask for again when a long text has been checked. */
interface Refreshing {
  kinds: readonly ('semanticTokens' | 'inlayHint' | 'codeLens')[];
  /** An answer was given from what was known before the last change. */
  isDue: boolean;
}

function foldersOf({ workspaceFolders, ...older }: InitializeParams): readonly string[] {
  const { rootUri } = older as { readonly rootUri?: string | null };
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri == null ? [] : [rootUri]);
  return uris.filter((uri) => uri.startsWith('file:')).map(pathOf);
}

function capabilities(version: string): InitializeResult {
  return {
    serverInfo: { name: 'pipe', version },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      hoverProvider: true,
      completionProvider: { triggerCharacters: ['.', '"', '@', '{', '/'] },
      signatureHelpProvider: { triggerCharacters: ['(', ',', '{'], retriggerCharacters: [':'] },
      definitionProvider: true,
      referencesProvider: true,
      documentHighlightProvider: true,
      renameProvider: { prepareProvider: true },
      documentSymbolProvider: true,
      documentFormattingProvider: true,
      semanticTokensProvider: { legend: semanticLegend, full: true },
      inlayHintProvider: true,
      codeLensProvider: {},
      codeActionProvider: { codeActionKinds: ['quickfix'] },
      workspace: { workspaceFolders: { supported: true } },
    },
  };
}

/** Keeps the texts of the workspace those of the editor, and shows problems when typing pauses. */
function synchronise(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  workspace: Workspace,
  refreshing: Refreshing,
): void {
  let timer: NodeJS.Timeout | undefined;
  const showAll = (): void => {
    timer = undefined;
    // Of all of them: what changed may be imported by the others.
    for (const { uri, version } of documents.all()) {
      const path = pathOf(uri);
      const shown = guarded(connection, 'diagnostics', [], () => {
        const analysis = workspace.analysis(path);
        return analysis === undefined ? [] : [...diagnostics(analysis)];
      });
      void connection.sendDiagnostics({ uri, version, diagnostics: shown });
    }
    if (!refreshing.isDue) return;
    refreshing.isDue = false;
    // An editor that has no more use for it may refuse.
    for (const kind of refreshing.kinds) connection.sendRequest(`workspace/${kind}/refresh`).catch(() => undefined);
  };
  const showSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(showAll, QUIET);
  };
  documents.onDidChangeContent(({ document }) => {
    workspace.setText(pathOf(document.uri), document.getText());
    showSoon();
  });
  documents.onDidClose(({ document }) => {
    workspace.close(pathOf(document.uri));
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
    showSoon();
  });
  connection.onDidChangeWatchedFiles(showSoon);
}

/** What `ask` gives, or `otherwise` where it has a fault, which the editor's log then shows. */
function guarded<T>(connection: Connection, what: string, otherwise: T, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof ResponseError) throw error;
    connection.console.error(`${what}: a fault in pipe, please report it\n${(error as Error).stack ?? String(error)}`);
    return otherwise;
  }
}

function answer(
  connection: Connection,
  workspace: Workspace,
  { stdlib }: ServerSettings,
  refreshing: Refreshing,
): void {
  const reader = {
    read: (path: string) => workspace.read(path),
    list: (folder: string) => workspace.list(folder),
  };
  const library = openLibrary(() => workspace.standardModules(), reader, stdlib);
  /** A handler of a request about a document. */
  const about =
    <P extends { readonly textDocument: { readonly uri: string } }, R>(
      what: string,
      otherwise: R,
      ask: (analysis: Analysis, parameters: P) => R,
      known = (path: string): Analysis | undefined => workspace.analysis(path),
    ) =>
    (parameters: P): R =>
      guarded(connection, what, otherwise, () => {
        const analysis = known(pathOf(parameters.textDocument.uri));
        return analysis === undefined ? otherwise : ask(analysis, parameters);
      });
  const at = (analysis: Analysis, { position }: TextDocumentPositionParams): number => offsetOf(position, analysis);
  const within = (
    analysis: Analysis,
    range: { start: { line: number; character: number }; end: { line: number; character: number } },
  ) => ({
    start: offsetOf(range.start, analysis),
    end: offsetOf(range.end, analysis),
  });
  const meanwhile = (path: string): Analysis | undefined => workspace.meanwhile(path);
  /** For what is asked once a change: exact where the editor could not be told to ask again. */
  const atOnce =
    (kind: Refreshing['kinds'][number]) =>
    (path: string): Analysis | undefined => {
      if (!refreshing.kinds.includes(kind)) return workspace.analysis(path);
      const known = workspace.meanwhile(path);
      if (known?.source instanceof MovedSource) refreshing.isDue = true;
      return known;
    };
  const whileTyping = (path: string): Analysis | undefined => workspace.whileTyping(path);
  const programs = (): readonly Analysis[] =>
    workspace.programs().flatMap((path) => {
      const analysis = workspace.analysis(path);
      return analysis === undefined ? [] : [analysis];
    });

  connection.onHover(
    about('hover', null, (analysis, asked) => hover(analysis, at(analysis, asked)) ?? null, meanwhile),
  );
  connection.onCompletion(
    about('completion', [], (analysis, asked) => [...completion(analysis, at(analysis, asked), library)], whileTyping),
  );
  connection.onSignatureHelp(
    about(
      'signature help',
      null,
      (analysis, asked) => signatureHelp(analysis, at(analysis, asked)) ?? null,
      whileTyping,
    ),
  );
  connection.onDefinition(
    about('definition', [], (analysis, asked) => [...definition(analysis, at(analysis, asked))], meanwhile),
  );
  connection.onReferences(
    about('references', [], (analysis, asked) => [
      ...references(analysis, at(analysis, asked), programs(), asked.context.includeDeclaration),
    ]),
  );
  connection.onDocumentHighlight(
    about(
      'highlight',
      [],
      (analysis, asked) =>
        references(analysis, at(analysis, asked), [analysis], true)
          .filter(({ uri }) => uri === uriOf(analysis.file))
          .map(({ range }) => ({ range })),
      meanwhile,
    ),
  );
  connection.onPrepareRename(
    about('rename', null, (analysis, asked) => prepareRename(analysis, at(analysis, asked)) ?? null),
  );
  connection.onRenameRequest(
    about('rename', null, (analysis, asked) => {
      const renamed = rename({
        ...{ analysis, offset: at(analysis, asked), name: asked.newName, programs: programs() },
        imagine: (path, texts) => workspace.imagine(path, texts),
      });
      if (renamed.kind === 'refused') throw new ResponseError(ErrorCodes.InvalidRequest, renamed.why);
      return renamed.edit;
    }),
  );
  connection.onDocumentSymbol(about('symbols', [], (analysis) => [...documentSymbols(analysis)]));
  connection.onDocumentFormatting(about('formatting', [], (analysis) => [...formatting(analysis)]));
  connection.languages.semanticTokens.on(
    about('semantic tokens', { data: [] }, semanticTokens, atOnce('semanticTokens')),
  );
  connection.languages.inlayHint.on(
    about(
      'inlay hints',
      [],
      (analysis, asked) => [...inlayHints(analysis, within(analysis, asked.range))],
      atOnce('inlayHint'),
    ),
  );
  connection.onCodeLens(about('code lens', [], (analysis) => [...codeLenses(analysis)], atOnce('codeLens')));
  connection.onCodeAction(
    about('code actions', [], (analysis, asked) => [...codeActions(analysis, within(analysis, asked.range))]),
  );
}
