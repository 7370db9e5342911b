// The extension as a package: what the .vsix holds, that what it names is in it, that its bundle loads; and which program it starts.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { argumentsFor, findProgram } from '../../../grammar/vscode/find-program.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'pipe-vsix-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pack = async (name: string): Promise<string> => {
  const target = join(folder, name);
  await promisify(execFile)(process.execPath, ['grammar/vscode/package-vsix.mjs', target], { cwd: root });
  return target;
};

async function unpack(path: string): Promise<ReadonlyMap<string, Buffer>> {
  const zip = await promisify<string, { lazyEntries: boolean }, ZipFile>(yauzl.open)(path, { lazyEntries: true });
  const files = new Map<string, Buffer>();
  return new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', () => resolve(files));
    zip.on('entry', (entry: Entry) =>
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        void buffer(stream).then((bytes) => {
          files.set(entry.fileName, bytes);
          zip.readEntry();
        }, reject);
      }),
    );
    zip.readEntry();
  });
}

describe('the .vsix', () => {
  let files: ReadonlyMap<string, Buffer>;
  beforeAll(async () => {
    files = await unpack(await pack('one.vsix'));
  });
  const json = (path: string): Record<string, unknown> =>
    JSON.parse(files.get(path)!.toString()) as Record<string, unknown>;

  test('holds what it must, and nothing else', () => {
    expect([...files.keys()].sort()).toEqual([
      '[Content_Types].xml',
      'extension.vsixmanifest',
      'extension/LICENSE.txt',
      'extension/extension.cjs',
      'extension/icon.png',
      'extension/language-configuration.json',
      'extension/package.json',
      'extension/readme.md',
      'extension/snippets/pipe.json',
      'extension/syntaxes/pipe.tmLanguage.json',
    ]);
  });

  test('has every file that its manifest names, and types for all of them', () => {
    const manifest = json('extension/package.json');
    const text = JSON.stringify(manifest);
    for (const [, name] of text.matchAll(/"(\.\/[^"]+)"/g))
      expect([...files.keys()]).toContain(`extension/${name!.slice(2)}`);
    const xml = files.get('extension.vsixmanifest')!.toString();
    for (const [, path] of xml.matchAll(/(?:Path="|<License>|<Icon>)(extension\/[^"<]+)/g))
      expect([...files.keys()]).toContain(path);
    const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string })
      .version;
    expect(manifest['version']).toBe(version);
    expect(xml).toContain(`Version="${version}" Publisher="pipe"`);
    const types = files.get('[Content_Types].xml')!.toString();
    for (const path of files.keys())
      if (path !== '[Content_Types].xml') expect(types).toContain(`"${/\.\w+$/.exec(path)![0]}"`);
  });

  test('has an icon of at least 128 pixels', async () => {
    const { format, width, height } = await sharp(files.get('extension/icon.png')).metadata();
    expect(format).toBe('png');
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(128);
  });

  test('has a bundle that needs nothing but the editor and Node', () => {
    const code = files.get('extension/extension.cjs')!.toString();
    const needed = new Set([...code.matchAll(/\brequire\("([^"]+)"\)/g)].map((match) => match[1]!));
    expect([...needed].filter((name) => name !== 'vscode' && !Module.isBuiltin(name))).toEqual([]);
    expect(needed).toContain('vscode');
  });

  test('is the same bytes from the same sources', async () => {
    expect(readFileSync(await pack('two.vsix')).equals(readFileSync(join(folder, 'one.vsix')))).toBe(true);
  });
});

describe('the program', () => {
  const host = { node: 'node', isWindows: false };
  const there =
    (...paths: readonly string[]) =>
    (path: string): boolean =>
      paths.includes(path);

  test.each([
    ['what is configured', ['/opt/pipe', '-x'], there('/a/dist/cli.js', '/a/dist/stdlib/std'), '/opt/pipe -x'],
    ['a built checkout', [], there('/a/dist/cli.js', '/a/dist/stdlib/std'), 'node /a/dist/cli.js'],
    ['not another program of that name', [], there('/a/dist/cli.js'), 'pipe'],
    ['one that is installed', [], there('/b/node_modules/.bin/pipe'), '/b/node_modules/.bin/pipe'],
    ['the one on the path', [], there(), 'pipe'],
  ])('is %s', (_, configured, exists, command) => {
    const found = findProgram(configured, ['/a', '/b'], exists, host);
    expect([found.command, ...found.arguments].join(' ')).toBe(command);
  });

  test('is called with what a lens says', () => {
    const target = { file: '/a b.pipe', pipeline: 'p', profile: 'smoke', step: 'x[s=0]' };
    expect(argumentsFor('run', target)).toEqual(['run', '/a b.pipe', '--pipeline', 'p', '--profile', 'smoke']);
    expect(argumentsFor('explain', { file: 'a', step: 'x[s=0]' })).toEqual(['explain', 'a', 'x[s=0]']);
  });
});
