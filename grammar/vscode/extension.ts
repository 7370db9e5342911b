// The extension of Visual Studio Code: starts the language server of the `pipe` program, and does what the lenses say in a terminal.
// What the editor shows of the language is the server's; highlighting before it answers is the grammar's.
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { argumentsFor, findProgram, type Program, type Target } from './find-program.ts';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const verbs = ['run', 'plan', 'explain'] as const;
  context.subscriptions.push(
    ...verbs.map((verb) => vscode.commands.registerCommand(`pipe.${verb}`, (target?: Target) => start(verb, target))),
    vscode.commands.registerCommand('pipe.restart', restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('pipe')) void restart();
    }),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
  client = undefined;
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('pipe');
}

function program(): Program {
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
  const host = { node: 'node', isWindows: process.platform === 'win32' };
  return findProgram(settings().get<string[]>('command', []), folders, existsSync, host);
}

async function restart(): Promise<void> {
  await deactivate();
  const { command, arguments: first } = program();
  const isBatch = command.endsWith('.cmd');
  client = new LanguageClient(
    'pipe',
    'pipe',
    { command, args: [...first, 'language-server'], transport: TransportKind.stdio, options: { shell: isBatch } },
    {
      documentSelector: [{ language: 'pipe' }],
      middleware: {
        provideCodeLenses: async (document, token, next) => {
          const lenses = (await next(document, token)) ?? [];
          const all = settings().get('explainLenses', true);
          return lenses.filter((lens) => all || lens.command?.command !== 'pipe.explain');
        },
      },
    },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    void vscode.window.showErrorMessage(
      `pipe: the language server did not start (${command}): ${(error as Error).message}. Set "pipe.command", or build the checkout with npm run build.`,
    );
  }
}

/** Runs the program as a task, so that no shell reads its arguments. */
async function start(verb: 'run' | 'plan' | 'explain', given: Target | undefined): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const target = given ?? (document?.languageId === 'pipe' ? { file: document.uri.fsPath } : undefined);
  if (target === undefined) return;
  const open = vscode.workspace.textDocuments.find(
    ({ uri }) => uri.scheme === 'file' && samePath(uri.fsPath, target.file),
  );
  if (open?.isDirty === true) await open.save();
  const { command, arguments: first } = program();
  const uri = vscode.Uri.file(target.file);
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const task = new vscode.Task(
    { type: 'pipe', verb },
    folder ?? vscode.TaskScope.Workspace,
    `${verb} ${target.step ?? target.profile ?? target.pipeline ?? uri.path.replace(/^.*\//, '')}`,
    'pipe',
    new vscode.ProcessExecution(command, [...first, ...argumentsFor(verb, target)]),
  );
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
  await vscode.tasks.executeTask(task);
}

const samePath = (one: string, other: string): boolean => one.replaceAll('\\', '/') === other.replaceAll('\\', '/');
