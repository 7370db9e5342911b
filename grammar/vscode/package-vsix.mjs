// Bundles the extension and packs it as a .vsix, which is a zip with two descriptions of itself: `npm run vsix` writes pipe-language-VERSION.vsix here,
// and an argument names another file. The same sources give the same bytes.
import { build } from 'esbuild';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { ZipFile } from 'yazl';

const folder = dirname(fileURLToPath(import.meta.url));
const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
const target = process.argv[2] ?? join(folder, `${manifest.name}-${manifest.version}.vsix`);

const { outputFiles } = await build({
  entryPoints: [join(folder, 'extension.ts')],
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: ['vscode'],
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
});

const files = new Map([['extension/extension.cjs', Buffer.from(outputFiles[0].contents)]]);
const copied = [
  ...['package.json', 'language-configuration.json', 'syntaxes/pipe.tmLanguage.json', 'snippets/pipe.json', 'icon.png'],
];
for (const name of copied) files.set(`extension/${name}`, await readFile(join(folder, name)));
files.set('extension/readme.md', await readFile(join(folder, 'README.md')));
files.set('extension/LICENSE.txt', await readFile(join(folder, '../../LICENSE')));

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const asset = (type, path) => `    <Asset Type="Microsoft.VisualStudio.${type}" Path="${path}" Addressable="true" />`;
const property = (id, value) => `      <Property Id="Microsoft.VisualStudio.Code.${id}" Value="${escape(value)}" />`;
files.set(
  'extension.vsixmanifest',
  Buffer.from(`<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011" xmlns:d="http://schemas.microsoft.com/developer/vsx-schema-design/2011">
  <Metadata>
    <Identity Language="en-US" Id="${escape(manifest.name)}" Version="${manifest.version}" Publisher="${escape(manifest.publisher)}" />
    <DisplayName>${escape(manifest.displayName)}</DisplayName>
    <Description xml:space="preserve">${escape(manifest.description)}</Description>
    <Tags>${escape([...manifest.keywords, '__ext_pipe'].join(','))}</Tags>
    <Categories>${escape(manifest.categories.join(','))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
${property('Engine', manifest.engines.vscode)}
${property('ExtensionDependencies', '')}
${property('ExtensionPack', '')}
${property('ExtensionKind', 'workspace')}
${property('LocalizedLanguages', '')}
    </Properties>
    <License>extension/LICENSE.txt</License>
    <Icon>extension/icon.png</Icon>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
${asset('Code.Manifest', 'extension/package.json')}
${asset('Services.Content.Details', 'extension/readme.md')}
${asset('Services.Content.License', 'extension/LICENSE.txt')}
${asset('Services.Icons.Default', 'extension/icon.png')}
  </Assets>
</PackageManifest>
`),
);
const types = {
  cjs: 'application/javascript',
  json: 'application/json',
  md: 'text/markdown',
  png: 'image/png',
  txt: 'text/plain',
};
files.set(
  '[Content_Types].xml',
  Buffer.from(
    `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${[
      ...Object.entries(types),
      ['vsixmanifest', 'text/xml'],
    ]
      .map(([extension, type]) => `<Default Extension=".${extension}" ContentType="${type}" />`)
      .join('')}</Types>
`,
  ),
);

const zip = new ZipFile();
// A fixed time in this zone, which is how a zip keeps it.
const mtime = new Date(2020, 0, 1);
for (const [path, bytes] of files) zip.addBuffer(bytes, path, { mtime, mode: 0o100644 });
zip.end();
await pipeline(zip.outputStream, createWriteStream(target));
console.log(target);
