import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { plural } from '../format.ts';
import type { ExplainOutcome } from '../train/explain.ts';

/** Features on the screen; the document of --json has all. */
const SHOWN = 15;

const right = 'right' as const;

/** The prediction in a sentence, and the features that moved it most. */
export function explainText(found: ExplainOutcome, style: Style): string {
  const shown = found.contributions.slice(0, SHOWN);
  const rest = found.contributions.slice(SHOWN);
  const rows = shown.map(({ feature, value, points, meaning }) => [
    feature,
    value === null ? 'unknown' : valueText(value),
    signed(points),
    meaning,
  ]);
  if (rest.length > 0) {
    const sum = rest.reduce((total, { points }) => total + points, 0);
    rows.push([plural(rest.length, 'other feature'), '', signed(sum), '']);
  }
  const scored = found.actual === null ? '' : ` He scored ${found.actual}.`;
  const lines = [
    `${style.bold(found.player_lookup)} (${found.team_abbr}) on ${found.game_date}: ${style.bold(found.points.toFixed(1))} points, 80% between ${found.low.toFixed(1)} and ${found.high.toFixed(1)}, by ${found.model_id}, member ${found.member}.${scored}`,
    '',
    `From ${found.base_points.toFixed(1)} points, which the model expects of a row that it knows nothing of:`,
    table(
      [
        { title: 'feature' },
        { title: 'value', align: right },
        { title: 'points', align: right },
        { title: 'meaning', maxWidth: 80 },
      ],
      rows,
      style,
    ),
  ];
  if (found.in_sample) {
    lines.push(
      '',
      style.yellow('The model was trained or chosen on this date: this is no prediction.'),
    );
  }
  return lines.join('\n');
}

function signed(points: number): string {
  return `${points < 0 ? '-' : '+'}${Math.abs(points).toFixed(2)}`;
}

/** Four digits that count. */
function valueText(value: number): string {
  return String(Number(value.toPrecision(4)));
}
