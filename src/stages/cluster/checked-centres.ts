// The centres that new images are compared with, or the reason why there are none to compare with. In: clusters, and the encoder whose features they are of.
import type { Clusters, Encoder } from '../../artifacts/artifact.ts';
import { StageError } from '../../stage/stage.ts';

/** @throws StageError where the clusters have no centres, or centres of another length than the encoder's features. */
export function checkCentres(stage: string, { k, centres }: Clusters, { dimension }: Encoder): void {
  if (centres.length === 0)
    throw new StageError(
      `${stage}: the clusters have no centres`,
      'take those of kmeans or spherical_kmeans; categories of an encoder need none: embed the images, and take categories',
    );
  if (centres.length !== k * dimension)
    throw new StageError(
      `${stage}: the centres have ${centres.length / k} numbers each, the encoder gives ${dimension}`,
      'give the encoder whose features were clustered',
    );
}
