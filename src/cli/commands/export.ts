// `pipe export`: an encoder of a run that is over, as a folder for other programs. Runs nothing and compiles nothing: what was run is in the record of
// the run, whatever the program has become since.
import { realpathSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { exportEncoder as exportTo, type Exported } from '../../export/export-encoder.ts';
import { nameOf } from '../../export/find-encoder.ts';
import { findRun } from '../../run/find-run.ts';
import { exitCode, UsageError, type ExitCode } from '../exit-code.ts';
import { noSuchRun } from '../no-such-run.ts';
import { openCache } from '../open-cache.ts';
import { writeLine } from '../output.ts';
import { type Paint, paintFor } from '../paint.ts';
import { formatBytes } from '../progress/quantities.ts';
import { requireFile } from '../read-source.ts';
import { describeTerminal } from '../terminal.ts';

export interface ExportOptions {
  readonly to: string;
  readonly run?: string;
  readonly pipeline?: string;
  readonly clusters?: string;
  readonly cache: string;
  readonly json?: boolean;
}

export async function exportEncoder(
  file: string,
  encoder: string | undefined,
  options: ExportOptions,
): Promise<ExitCode> {
  requireFile(file);
  const to = target(options.to);
  const store = openCache(options.cache);
  const found = await findRun(store, options.run, { name: options.pipeline, file });
  if (found.record === undefined) throw noSuchRun({ ...options, file, run: options.run }, found.names);
  const { record, folder } = found;
  if (basename(record.pipeline.file) !== basename(file))
    throw new UsageError(`run ${record.id} is one of ${record.pipeline.file}, not of ${file}`);
  if (options.pipeline !== undefined && record.pipeline.name !== options.pipeline)
    throw new UsageError(`run ${record.id} is one of ${record.pipeline.name}, not of ${options.pipeline}`);
  const exported = await exportTo(store, { record, folder }, { encoder, clusters: options.clusters, to });
  if (options.json === true) {
    writeLine(JSON.stringify(summary(exported, folder, to), null, 2));
    return exitCode.done;
  }
  const paint = paintFor(describeTerminal(process.stdout, process.env).color);
  for (const line of describe(exported, folder, options.to, paint)) writeLine(line);
  return exitCode.done;
}

/** Links are followed, so that a link to a folder stays one. */
function target(folder: string): string {
  let path = resolve(folder);
  try {
    path = realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (relative(path, realpathSync('.')) === '')
    throw new UsageError(`${folder} is the current folder`, 'The folder is made anew: give --to one inside it.');
  return path;
}

function summary({ description, files }: Exported, run: string, folder: string): object {
  const { found, image, dimension, categories, clusters } = description;
  return {
    ...{ run, folder, files },
    encoder: { name: nameOf(found), step: found.step.step, stage: found.step.stage, type: found.type },
    ...{ image, dimension, digest: found.digest, bytes: found.bytes },
    categories: categories ?? null,
    clusters: clusters === undefined ? null : { step: clusters.step, stage: clusters.stage, k: clusters.k },
  };
}

function describe({ description, files }: Exported, run: string, to: string, paint: Paint): readonly string[] {
  const { found, clusters, categories } = description;
  const readout =
    clusters !== undefined
      ? `${clusters.k} centres of ${clusters.step}`
      : categories !== undefined
        ? `the ${categories} categories of the encoder`
        : 'none in the features of this encoder';
  return [
    `${paint.faint('encoder')}   ${nameOf(found)}, ${found.type}, ${formatBytes(found.bytes)}`,
    `${paint.faint('clusters')}  ${readout}`,
    `${paint.faint('run')}       ${run}`,
    `${paint.good('✔')} ${to}: ${files.join(', ')}`,
  ];
}
