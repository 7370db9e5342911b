// What a report says, as data: everything computed, nothing drawn. In: made by build-report-model.ts from artifacts.
// Out: read by the section renderers, one part each. Holds no pixels but encoded pictures, and no markup.
import type { Table } from '../../artifacts/artifact.ts';
import type { Provenance } from '../../stage/provenance.ts';

export interface ReportModel {
  readonly title: string;
  readonly finding: Finding;
  /** The pipeline's own description, or an empty text. */
  readonly abstract: string;
  readonly facts: readonly Fact[];
  /** In the order given; the index is the method's colour. */
  readonly methods: readonly string[];
  /** Class names; the index is the class's colour. */
  readonly classes: readonly string[];
  readonly scores: readonly MethodScores[];
  readonly clusterings: readonly Clustering[];
  readonly maps: readonly EmbeddingMap[];
  /** The images on the maps, small: shown where the pointer is. */
  readonly thumbnails: Thumbnails | undefined;
  readonly similarities: readonly MethodSimilarities[];
  readonly tables: readonly CaptionedTable[];
  readonly losses: readonly LossPanel[];
  readonly provenance: Provenance | undefined;
}

/** The result in words. */
export interface Finding {
  /** One sentence on which methods group the images by class. */
  readonly headline: string;
  /** One sentence more on what each method's features follow, where similarities were measured; else empty. */
  readonly reason: string;
}

/** A short measure for the head of the page: "Images", "3,000 of 28×28×1". */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface MethodScores {
  readonly method: number;
  readonly acc: number;
  readonly nmi: number;
  readonly ari: number;
  readonly count: number;
  /** How many runs the scores are the mean of; 1 where they are of one run. */
  readonly runs: number;
  /** The step that gave them, and those of the runs behind a mean; none where it is not told. */
  readonly step: string | undefined;
  readonly runSteps: readonly string[];
  /** Sample standard deviation over the runs. */
  readonly deviation: { readonly acc: number; readonly nmi: number; readonly ari: number } | undefined;
}

/** One method's clusters, of the one run that the page shows. */
export interface Clustering {
  readonly method: number;
  /** In the order shown: by matched class, those without a class last, the largest first. */
  readonly clusters: readonly ClusterView[];
  /** contingency[class][position in `clusters`]: images of the class in the cluster. */
  readonly contingency: readonly (readonly number[])[];
  /** Share of images in clusters matched to their class, in this run. */
  readonly acc: number;
  /** More than one: the page shows the first of so many runs. */
  readonly runs: number;
  readonly sheet: SampleSheet | undefined;
}

export interface ClusterView {
  /** Index in the Clusters artifact. */
  readonly index: number;
  readonly size: number;
  /** The class matched to the cluster under the best one-to-one matching, or -1. */
  readonly matched: number;
  /** The most frequent class, or -1 in an empty cluster. */
  readonly majority: number;
  /** Share of the most frequent class, in 0..1; 0 in an empty cluster. */
  readonly purity: number;
  /** Row in the sample sheet, or -1 where the cluster is not pictured. */
  readonly sheetRow: number;
  /** The pictured images, in the order of the sheet's row. */
  readonly groups: readonly SampleGroup[];
  /** Mean of how surely its images belong to it; undefined where that was not measured, or there are none. */
  readonly confidence: number | undefined;
}

/** Some images of a cluster, chosen by one rule. */
export interface SampleGroup {
  readonly rule: 'spread' | 'surest' | 'least sure';
  /** Its first cell in the row. */
  readonly first: number;
  /** The class of each image. */
  readonly classes: readonly number[];
}

/** Sample images of a clustering in one picture: a row a cluster, a column a sample. */
export interface SampleSheet {
  /** `data:image/png;base64,…` or `data:image/webp;base64,…`. */
  readonly uri: string;
  readonly rows: number;
  readonly columns: number;
  /** Size of one image in the sheet, in pixels. */
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** A map of rows into the plane, in a square of {@link MAP_SIZE} units, y downwards. */
export interface EmbeddingMap {
  readonly method: number;
  /** The image of each point. */
  readonly rows: readonly number[];
  /** x, y of each point in turn, whole units. */
  readonly points: readonly number[];
  /** The place in `Clustering.clusters` of each point's cluster; empty where no clusters were given. */
  readonly positions: readonly number[];
  readonly byLabel: readonly PointGroup[];
  readonly byCluster: readonly PointGroup[];
}

export interface Thumbnails {
  readonly sheet: SampleSheet;
  /** The image in each cell of the sheet, in reading order. */
  readonly rows: readonly number[];
  /** The class of each of them. */
  readonly classes: readonly number[];
}

/** Side of the square that maps are scaled into. */
export const MAP_SIZE = 600;

export interface PointGroup {
  readonly name: string;
  /** The class whose colour the group takes, or -1. */
  readonly classIndex: number;
  /** x, y of each point in turn, whole units. */
  readonly points: readonly number[];
  /** Where the group is densest: the place for its name. */
  readonly anchor: readonly [number, number] | undefined;
}

export interface MethodSimilarities {
  readonly method: number;
  /** bins + 1 edges. */
  readonly edges: readonly number[];
  readonly panels: readonly SimilarityPanel[];
  /** The check of docs/methods.md §6.1, or undefined where a panel is missing. */
  readonly verdict: SimilarityVerdict | undefined;
}

export interface SimilarityPanel {
  readonly background: 'same' | 'different';
  readonly target: 'same' | 'different';
  readonly mean: number;
  readonly density: readonly number[];
}

/** m2 − m1 against ½ (m3 − m1), with m1, m2, m3 the means of (same, different), (different, same), (same, same). */
export interface SimilarityVerdict {
  readonly gain: number;
  readonly threshold: number;
  readonly followsTarget: boolean;
}

export interface CaptionedTable extends Table {
  readonly caption: string;
}

/** One recorded quantity over the epochs, of every method that recorded it. */
export interface LossPanel {
  readonly name: string;
  readonly curves: readonly { readonly method: number; readonly values: readonly number[] }[];
}
