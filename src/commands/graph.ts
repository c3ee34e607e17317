import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { didYouMean } from '../config/suggest.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { type GraphFacts, graphAround, graphFacts, type ModelFacts } from './graph-facts.ts';
import { graphText, tableText } from './graph-text.ts';
import { hint } from './hint.ts';

interface GraphOptions {
  readonly table?: string;
  readonly svg?: string;
}

/** Shows which table reads which, and how far back; reads the models alone, no replica. */
export async function execute(options: GraphOptions, env: CommandEnvironment): Promise<Outcome> {
  const whole = await graphFacts(await env.config());
  const table = options.table === undefined ? null : tableOf(options.table, whole, env);
  const facts = table === null ? whole : graphAround(whole, table);
  const svg = options.svg === undefined ? null : resolve(env.cwd, options.svg);
  if (svg !== null) {
    const { graphSvg } = await import('../report/graph-svg.ts');
    const title = table === null ? 'What reads what' : `What ${table} reads, and what reads it`;
    writeDrawing(svg, await graphSvg({ title, models: drawn(facts) }));
  }
  return {
    exitCode: EXIT.done,
    json: { table, ...facts, svg },
    text: (style) => {
      const tree = table === null ? graphText(facts, style) : tableText(facts, table, style);
      return svg === null ? tree : `${tree}\n\nDrawn in ${svg}`;
    },
  };
}

/** The table that was meant: by its whole name, or without the dataset where that is clear. */
function tableOf(text: string, facts: GraphFacts, env: CommandEnvironment): string {
  const names = [...facts.models, ...facts.raw_tables].map(({ table }) => table);
  if (names.includes(text)) return text;
  const bare = names.filter((name) => name.split('.')[1] === text);
  if (bare.length === 1) return bare[0]!;
  const meant = text.includes('.') ? names : names.map((name) => name.split('.')[1]!);
  throw new HoopduckError(
    'TABLE_UNKNOWN',
    bare.length > 1
      ? `"${text}" may be ${bare.map((name) => `"${name}"`).join(' or ')}; one of them was wanted.`
      : `There is no table "${text}" among the models.${didYouMean(text, meant)}`,
    { next: `"${hint(env, 'graph')}" lists them.`, exitCode: EXIT.usage },
  );
}

/** The models with their reads among the tables that are shown: a drawing of a part has no arrow from outside. */
function drawn({ models, raw_tables }: GraphFacts): ModelFacts[] {
  const shown = new Set([...models, ...raw_tables].map(({ table }) => table));
  return models.map((model) => ({
    ...model,
    reads: model.reads.filter((read) => shown.has(read.table)),
  }));
}

function writeDrawing(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new HoopduckError('SVG_UNWRITABLE', `"${file}" cannot be written: ${messageOf(error)}`, {
      next: 'Give --svg a file in a folder that is there and may be written.',
      exitCode: EXIT.usage,
      cause: error,
    });
  }
}
