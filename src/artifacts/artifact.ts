// The values that flow between stages, in memory. One file on disk holds one artifact; the codecs are in codec.ts.
// Nothing here may hold a time, a path or a host name: the same computation must give the same bytes.

/** N images of H×W×C, 8 bits a channel, row-major NHWC. */
export interface Images {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** count × height × width × channels bytes. */
  readonly data: Uint8Array;
}

/** One class index per image. Read by evaluation stages only. */
export interface Labels {
  readonly values: Int32Array;
  /** Name of each class, by index. */
  readonly names: readonly string[];
}

/** A trained encoder: an ONNX model, weights and preprocessing included, from uint8 `[batch, height, width, channels]` images named `images` to unit-norm `[batch, dimension]` named `features`. */
export interface Encoder {
  readonly onnx: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly dimension: number;
}

/** N feature rows of D, float32, row-major. */
export interface Features {
  readonly count: number;
  readonly dimension: number;
  readonly data: Float32Array;
}

/** A cluster index per row, with the centres where the method has them. */
export interface Clusters {
  readonly k: number;
  readonly assignments: Int32Array;
  /** k × dimension, float32, row-major; empty where there are none. */
  readonly centres: Float32Array;
  /** Sum of squared distances to the nearest centre. */
  readonly inertia: number;
}

/** Agreement of a clustering with the labels, docs/methods.md §5; each in 0..1 (ari in -0.5..1). */
export interface Scores {
  readonly acc: number;
  readonly nmi: number;
  readonly ari: number;
  /** Images scored. */
  readonly count: number;
  /** contingency[class][cluster]. */
  readonly contingency: readonly (readonly number[])[];
  /** For each cluster the class matched to it, or -1. */
  readonly matching: readonly number[];
  readonly classes: readonly string[];
  /** Where several runs were reduced to their mean: how many, and the sample standard deviation (n-1) of each score. */
  readonly runs?: number;
  readonly deviation?: { readonly acc: number; readonly nmi: number; readonly ari: number };
}

/** What training recorded, one entry an epoch; every series has as many values as `epochs`. */
export interface TrainingLog {
  readonly method: string;
  readonly epochs: number;
  readonly series: Readonly<Record<string, readonly number[]>>;
}

/** Figure 6 of the cIDFD paper: histograms of per-instance mean similarity for four kinds of pairs (docs/methods.md §6.1). */
export interface Similarities {
  /** bins + 1 edges on [-1, 1]. */
  readonly edges: readonly number[];
  readonly panels: readonly {
    readonly background: 'same' | 'different';
    readonly target: 'same' | 'different';
    readonly mean: number;
    /** Probability density per bin. */
    readonly density: readonly number[];
  }[];
}

/** A map of N' of the rows into the plane (UMAP, Figure 5 of the cIDFD paper). */
export interface Embedding {
  /** Row index of each point in the features it was made from. */
  readonly rows: Int32Array;
  /** 2 × rows.length coordinates, x then y of each. */
  readonly points: Float32Array;
}

/**
 * A table of a paper: a mean in each cell, over how many runs, and the sample standard deviation (n-1) where there are several. A deviation of one run is
 * that of what its mean is over, such as pairs of images.
 */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly TableCell[] }[];
}

export interface TableCell {
  readonly mean: number;
  readonly runs: number;
  readonly deviation?: number;
}

/**
 * What a set of images was made of, and what it holds. Hashes are SHA-256, hex. Nothing of a training stage reads it: it counts the classes.
 */
export interface Manifest {
  /** "CIFAR-10". */
  readonly name: string;
  /** Which part of the set: "train", "train 5000, test 8000". */
  readonly split: string;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Images of each class, in the order of the labels; empty where there are no labels. */
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  /** Of all values of a channel, in 0..1: the mean, and the deviation with n. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** A file, or many together: then the hash is that of the lines "name, line feed, hash, line feed" of those that were used, in their order. */
  readonly sources: readonly ManifestSource[];
  /** Of what was drawn; null where nothing was. */
  readonly seed: number | null;
  /** How the images were chosen and made to fit, in words. */
  readonly rule: string;
}

export interface ManifestSource {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** A self-contained HTML page. */
export interface Page {
  readonly html: string;
}

/** Every kind of artifact, by the name its type has in the language. */
export interface ArtifactValues {
  readonly Images: Images;
  readonly Labels: Labels;
  readonly Encoder: Encoder;
  readonly Features: Features;
  readonly Clusters: Clusters;
  readonly Scores: Scores;
  readonly TrainingLog: TrainingLog;
  readonly Similarities: Similarities;
  readonly Embedding: Embedding;
  readonly Table: Table;
  readonly Manifest: Manifest;
  readonly Page: Page;
}

export type ArtifactKind = keyof ArtifactValues;
