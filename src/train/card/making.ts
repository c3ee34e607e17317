import type { Manifest } from '../manifest.ts';
import type { Section } from './document.ts';
import type { CardFacts } from './facts.ts';
import { countText, shortDigest } from './text.ts';

/** By which command, parameters and engine the model was made, and what the folder holds. */
export function makingSections({ manifest, predictor }: CardFacts): Section[] {
  const { engine } = manifest;
  return [
    {
      title: 'How it was trained',
      blocks: [
        { kind: 'code', language: 'sh', text: commandOf(manifest) },
        {
          kind: 'paragraph',
          text: `By hoopduck ${manifest.hoopduck} with the engine ${engine.name} (${engine.version}), on tables that ${countText(Object.keys(manifest.sql).length)} SQL models built. The same inputs, parameters and engine give the same bytes; the digest of all inputs is ${shortDigest(manifest.input_digest)}. Parameters come from hoopduck.yaml:`,
        },
        {
          kind: 'table',
          columns: [{ title: 'parameter' }, { title: 'value', align: 'right' }],
          rows: Object.entries(manifest.parameters).map(([name, value]) => [
            [{ code: name }],
            String(value),
          ]),
        },
      ],
    },
    {
      title: 'Files',
      blocks: [
        {
          kind: 'list',
          items: [
            [
              ...predictor.members
                .flatMap(({ trees }) => trees)
                .flatMap((name, at) => (at === 0 ? [{ code: name }] : [', ', { code: name }])),
              ': the trees, in the JSON of XGBoost 1.7, which later versions read.',
            ],
            [{ code: 'model.onnx' }, ': the whole way from features to points and quantiles.'],
            [{ code: 'predictor.json' }, ': what stands between the trees and a prediction.'],
            [{ code: 'features.json' }, ': the columns, their types and meanings.'],
            [
              { code: 'distributions.json' },
              ': how the features of the training rows lie, by week of the season, for the monitor.',
            ],
            [
              { code: 'metrics.json' },
              ', ',
              { code: 'parity.json' },
              ': all figures of this card, and more.',
            ],
            [
              { code: 'manifest.json' },
              ': every digest, by which "hoopduck models verify" checks this folder.',
            ],
          ],
        },
      ],
    },
  ];
}

/** The command that trains it again from the same replica. */
function commandOf({ split, engine, feature_set, rows, gates, refit }: Manifest): string {
  // Columns that a workspace adds come with its own set, which has no name on the command line.
  const features = feature_set.includes('+') ? '' : ` --features ${feature_set}`;
  const exclude = rows.excluded_dates.map((date) => ` --exclude ${date}`).join('');
  const force = gates.forced === null ? '' : ` --force --reason ${quoted(gates.forced)}`;
  return `hoopduck train --from ${split.train_from} --validate-from ${split.validate_from} --test-from ${split.test_from} --to ${split.to}${features} --engine ${engine.name}${refit ? ' --refit' : ''}${exclude}${force}`;
}

/** A word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
