// The report stage: one self-contained page from scores, clusters, maps, histograms, logs and the history of them all.
// In: lists in the order of `methods`. Out: Page. All counting and drawing is in src/report.
import type {
  Clusters,
  Embedding,
  Features,
  Images,
  Labels,
  Scores,
  Similarities,
  Table,
  TrainingLog,
} from '../../artifacts/artifact.ts';
import { buildReportModel, ReportInputError } from '../../report/model/build-report-model.ts';
import { renderReport } from '../../report/render-report.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

interface Parameters {
  readonly title: string;
  readonly methods: readonly string[];
  /** One for each table. */
  readonly captions: readonly string[];
}

interface Inputs {
  readonly images: Images;
  readonly labels: Labels;
  readonly scores: readonly Scores[];
  readonly clusters: readonly Clusters[];
  readonly embeddings?: readonly Embedding[];
  readonly similarities?: readonly Similarities[];
  readonly logs?: readonly TrainingLog[];
  readonly confidences?: readonly Features[];
  readonly tables?: readonly Table[];
}

/** Draws the page. Fails with a StageError where a list has not one entry for each method, or lengths disagree. */
export const report = implementStage({
  parameters: {
    type: 'object',
    properties: {
      title: { type: 'string' },
      methods: { type: 'array', items: { type: 'string' }, minItems: 1 },
      captions: { type: 'array', items: { type: 'string' } },
    },
    required: ['title', 'methods', 'captions'],
    additionalProperties: false,
  },
  outputs: { page: 'Page' },
  async run(context: StageContext<Parameters, Inputs>) {
    const { parameters, inputs, provenance } = context;
    try {
      const model = await buildReportModel({
        ...parameters,
        ...inputs,
        embeddings: inputs.embeddings ?? [],
        similarities: inputs.similarities ?? [],
        logs: inputs.logs ?? [],
        confidences: inputs.confidences ?? [],
        tables: inputs.tables ?? [],
        provenance,
      });
      return { page: { html: renderReport(model) } };
    } catch (error) {
      if (error instanceof ReportInputError)
        throw new StageError(error.message, 'Every list of `report` follows the order of `methods`.');
      throw error;
    }
  },
});
