import type { Manifest } from '../manifest.ts';
import type { ParityReport } from '../parity.ts';
import type { FeatureFile, PredictorFile } from '../predictor.ts';
import type { TrainingReport } from '../training-report.ts';
import type { CardDocument, Headline } from './document.ts';
import type { CardFacts, MetricsFile } from './facts.ts';
import { figureSections } from './figures.ts';
import { cardHtml } from './html.ts';
import { limitsSection } from './limits.ts';
import { loadingSection } from './loading.ts';
import { makingSections } from './making.ts';
import { cardMarkdown } from './markdown.ts';
import { closerText, countText, figureText, percentText } from './text.ts';
import { whatSections } from './what.ts';

/** The files of a model's card, by name: the same card in two forms. */
export interface CardFiles {
  readonly 'card.md': string;
  readonly 'card.html': string;
}

/**
 * Writes the card of a model: what it predicts and from what, how good it is and on which rows, what
 * it must not be used for, how to load it and how it was made. The same facts give the same bytes.
 */
export function modelCard(facts: CardFacts): CardFiles {
  const card = cardDocument(facts);
  return { 'card.md': cardMarkdown(card), 'card.html': cardHtml(card) };
}

/** The card of what a training is about to write: its report, its manifest and its files by name. */
export function cardOf(
  training: TrainingReport,
  manifest: Manifest,
  files: Readonly<Record<string, string>>,
): CardFiles {
  const read = <T>(name: string): T => JSON.parse(files[name]!) as T;
  return modelCard({
    ...{ training, manifest },
    features: read<FeatureFile>('features.json'),
    predictor: read<PredictorFile>('predictor.json'),
    metrics: read<MetricsFile>('metrics.json'),
    parity: read<ParityReport>('parity.json'),
  });
}

function cardDocument(facts: CardFacts): CardDocument {
  return {
    title: `Model ${facts.training.model_id}`,
    lead: 'Predicts how many points a basketball player scores in a game in which he plays, from what is known before it.',
    headlines: headlines(facts),
    sections: [
      ...whatSections(facts),
      ...figureSections(facts),
      limitsSection(facts),
      loadingSection(facts),
      ...makingSections(facts),
    ],
  };
}

function headlines({ training, metrics }: CardFacts): Headline[] {
  const { n, model_mae, last_10_mae } = training.test.compared;
  const covered = metrics.test.intervals.compared.coverage_80;
  return [
    { label: 'mean error on test rows, in points', value: figureText(model_mae) },
    { label: 'that of the last 10 games, same rows', value: figureText(last_10_mae) },
    { label: 'the model is', value: closerText(model_mae, last_10_mae) },
    { label: 'of results within the 80% interval', value: percentText(covered) },
    { label: 'test rows compared', value: countText(n) },
  ];
}
