// The kinds of artifacts at run time, for those who only need their names: the planner must not load the codecs.
import type { ArtifactKind } from './artifact.ts';

// A record, so that the compiler asks for a kind that is missing here.
const KINDS: Readonly<Record<ArtifactKind, true>> = {
  Images: true,
  Labels: true,
  Encoder: true,
  Features: true,
  Clusters: true,
  Scores: true,
  TrainingLog: true,
  Similarities: true,
  Embedding: true,
  Table: true,
  Manifest: true,
  Page: true,
};

/** True for the name of a kind of artifact, such as `Features`. */
export function isArtifactKind(name: string): name is ArtifactKind {
  return Object.hasOwn(KINDS, name);
}
