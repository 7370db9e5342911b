// The two sets of a protocol that learns from the labels of one and is scored on the other: whether they go together, and the scores of what was found.
// In: features and labels of both, then a class for each row of the second; out: nothing or a StageError, then Scores.
import type { Features, Labels, Scores } from '../../artifacts/artifact.ts';
import { StageError } from '../../stage/stage.ts';
import { accuracy, adjustedRandIndex, contingencyTable, normalisedMutualInformation } from './clustering-metrics.ts';

export interface LabelledSets {
  readonly train: Features;
  readonly train_labels: Labels;
  readonly test: Features;
  readonly test_labels: Labels;
}

/**
 * What has to be said of sets that go together: classes that only the second has.
 * @throws StageError where they do not: another number of labels, other classes, features of another length or that are not finite.
 */
export function checkLabelledSets(stage: string, sets: LabelledSets): readonly string[] {
  const { train, train_labels, test, test_labels } = sets;
  checkSet(stage, 'train', train, train_labels);
  checkSet(stage, 'test', test, test_labels);
  if (train.dimension !== test.dimension)
    throw new StageError(
      `${stage}: the features of train have length ${train.dimension}, those of test ${test.dimension}`,
      'take both from the same encoder',
    );
  checkClasses(stage, train_labels.names, test_labels.names);
  const { names } = train_labels;
  const [taught, asked] = [new Set(train_labels.values), new Set(test_labels.values)];
  if (taught.size < 2)
    throw new StageError(
      `${stage}: all rows of train are of the class "${names[train_labels.values[0]!]}"`,
      'give rows of two classes or more: there is nothing to tell apart',
    );
  const missing = names.filter((_, index) => asked.has(index) && !taught.has(index));
  return missing.length === 0
    ? []
    : [`${stage}: no row of train is of ${listed(missing)}, so those of test cannot be right`];
}

function checkSet(stage: string, name: string, { count, dimension, data }: Features, { values, names }: Labels): void {
  if (values.length !== count)
    throw new StageError(`${stage}: ${values.length} labels for the ${count} features of ${name}`);
  if (count === 0) throw new StageError(`${stage}: ${name} has no rows`);
  const stray = values.findIndex((value) => !(value >= 0 && value < names.length));
  if (stray >= 0)
    throw new StageError(
      `${stage}: label ${stray} of ${name} is ${values[stray]}, and there are ${names.length} classes`,
    );
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new StageError(
      `${stage}: the features of ${name} hold ${data[at]} at row ${Math.floor(at / dimension)}`,
      'the training that made them has probably diverged: try a smaller learning rate',
    );
}

/** A class is its index, so both sets must have the same classes in the same order. */
function checkClasses(stage: string, train: readonly string[], test: readonly string[]): void {
  if (train.length !== test.length)
    throw new StageError(
      `${stage}: there are ${train.length} classes in train_labels and ${test.length} in test_labels`,
      'take both from the same data set',
    );
  const other = train.findIndex((name, index) => name !== test[index]);
  if (other >= 0)
    throw new StageError(
      `${stage}: class ${other} is "${train[other]}" in train_labels and "${test[other]}" in test_labels`,
      'take both from data with the same classes in the same order',
    );
}

/** At most so many classes are named. */
const MOST_NAMED = 5;

function listed(names: readonly string[]): string {
  const named = names
    .slice(0, MOST_NAMED)
    .map((name) => `"${name}"`)
    .join(', ');
  const rest = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `the class${names.length > 1 ? 'es' : ''} ${named}${rest}`;
}

/** Classes that were found, against those that are: `acc` without a matching (top-1), NMI and ARI as of a clustering. */
export function classificationScores(found: Int32Array, { values, names }: Labels): Scores {
  const contingency = contingencyTable(values, found, names.length, names.length);
  // Each class for itself: nothing is matched, what was found has a name.
  const matching = names.map((_, index) => index);
  return {
    acc: accuracy(contingency, matching),
    nmi: normalisedMutualInformation(contingency, 'arithmetic'),
    ari: adjustedRandIndex(contingency),
    count: values.length,
    contingency,
    matching,
    classes: names,
  };
}
