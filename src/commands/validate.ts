import { isAbsolute, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Style } from '../console/style.ts';
import { EXIT } from '../errors.ts';
import { count, duration, plural } from '../format.ts';
import { figureText } from '../validate/figure-text.ts';
import type { Finding, GateSummary } from '../validate/results.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { hint } from './hint.ts';
import { checkRange, rangeText, usageError } from './options.ts';
import { replicaBounds } from './replica-bounds.ts';
import { redText } from './validate-red-text.ts';

interface ValidateOptions {
  readonly from?: string;
  readonly to?: string;
  readonly thresholds?: string;
  readonly refresh?: boolean;
  readonly explain?: string;
  readonly table?: string;
  readonly scope?: string;
  readonly by?: string;
  readonly lower?: string;
  readonly reason?: string;
}

const SHOWN = 20;

/** Checks the tables against the gates; exit 1 when a check is red. */
export async function execute(options: ValidateOptions, env: CommandEnvironment): Promise<Outcome> {
  checkRange(options, 'validate');
  if (options.explain !== undefined) {
    const config = await env.config();
    const { explainCheck } = await import('./validate-explain.ts');
    const asked = { ...options, explain: options.explain };
    return explainCheck(asked, chosenThresholds(options, config, env), env);
  }
  if (options.by !== undefined) {
    const config = await env.config();
    const { coverageByPeriod } = await import('./validate-by.ts');
    return coverageByPeriod(
      { ...options, by: options.by },
      chosenThresholds(options, config, env),
      env,
    );
  }
  if (options.lower !== undefined) {
    const { lower } = await import('./validate-lower.ts');
    return lower({ ...options, lower: options.lower }, env);
  }
  if (options.reason !== undefined) {
    throw usageError(
      'The option "--reason" was given without "--lower", which it explains.',
      'validate',
    );
  }
  const started = performance.now();
  return env.stage(options, async (ctx) => {
    const { validateStage } = await import('../validate/validate.ts');
    const { from, to } = await replicaBounds(ctx.replica, options);
    const thresholds = chosenThresholds(options, ctx.config, env);
    const config = { ...ctx.config, gates: { thresholds } };
    const gates = await validateStage(
      { ...ctx, config },
      { from, to, refresh: options.refresh === true },
    );
    const seconds = (performance.now() - started) / 1000;
    const { warnings, ...verdicts } = gates;
    const json = { from, to, thresholds, seconds, gates: verdicts, warnings };
    const text = (style: Style) => summaryText(gates, { from, to, seconds }, style);
    if (gates.fail === 0) return { exitCode: EXIT.done, json: { ...json, help: null }, text };
    const { redHelp } = await import('../validate/red-help.ts');
    const given = rangeText(options);
    const help = await redHelp(ctx.replica, config, gates, { from, to, given });
    return {
      exitCode: EXIT.failed,
      json: { ...json, help },
      text: (style) =>
        `${text(style)}\n\n${redText(help!, (command) => hint(env, command), style, given)}`,
      failure: {
        code: 'GATE_RED',
        message: `${plural(gates.fail, 'check')} from ${from} to ${to} ${gates.fail === 1 ? 'is' : 'are'} red.`,
        next: 'Repair, go on without it, or lower the threshold, as shown; docs/gates.md tells what follows.',
      },
    };
  });
}

/** What `--thresholds` names, else what hoopduck.yaml does. */
function chosenThresholds(
  { thresholds }: ValidateOptions,
  config: Config,
  env: CommandEnvironment,
): string {
  return thresholds === undefined ? config.gates.thresholds : thresholdsSource(thresholds, env.cwd);
}

/** `default`, `legacy`, or a file, relative to the caller's folder. */
function thresholdsSource(text: string, cwd: string): string {
  if (text === 'default' || text === 'legacy' || isAbsolute(text)) return text;
  return resolve(cwd, text);
}

function summaryText(
  gates: GateSummary,
  run: { from: string; to: string; seconds: number },
  style: Style,
): string {
  const verdicts = [
    `${count(gates.pass)} pass`,
    `${count(gates.warn)} warn`,
    `${count(gates.fail)} fail`,
    `${count(gates.not_evaluated)} not evaluated`,
  ].join(', ');
  return [
    ...findingLines(gates.red, style.red('red '), style),
    ...findingLines(gates.warnings, style.yellow('warn'), style),
    ...gates.trends.map(({ text }) => `${style.yellow('warn')} ${text}`),
    `${style.bold('Gates')} ${run.from} to ${run.to}: ${verdicts} (${duration(run.seconds)})`,
  ].join('\n');
}

function findingLines(findings: readonly Finding[], label: string, style: Style): string[] {
  const lines = findings.slice(0, SHOWN).map((finding) => {
    const { check, table, scope, found, wanted, detail } = finding;
    const figures = `${figureText(check, found)} found, ${figureText(check, wanted)} wanted`;
    return `${label} ${check} of ${table}, ${scope}: ${figures}${detail === null ? '' : style.dim(` (${detail})`)}`;
  });
  const more = findings.length - lines.length;
  return more > 0 ? [...lines, `${label} and ${count(more)} more`] : lines;
}
