import { locationName } from '../config/location.ts';
import { wrap } from '../console/wrap.ts';
import type { StageContext } from '../context.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { plural } from '../format.ts';
import type { RunOutcome } from '../pipeline/run.ts';
import { pushFailure } from '../push/describe.ts';
import type { PreviousCandidate } from '../train/previous-candidate.ts';
import { figureText } from '../validate/figure-text.ts';
import type { RedHelp } from '../validate/red-help.ts';
import { pushTargetMissing } from '../warehouse/open.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { hint } from './hint.ts';
import { checkRange, forceOption, rangeText, withKeepInputs } from './options.ts';
import { runLine, runText } from './run-text.ts';
import { redText } from './validate-red-text.ts';

/** Where the text of a line begins: a choice, a check that is red, or after a heading. */
function indentOf(line: string): number {
  if (!line.startsWith('  ')) return 7;
  return /^ {2}(repair|go on|lower) /.test(line) ? 11 : 4;
}

interface RunOptions {
  readonly from?: string;
  readonly to?: string;
  readonly push?: boolean;
  readonly exclude?: readonly string[];
  readonly force?: boolean;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly keepInputs?: boolean;
}

/** The morning command: sync, transform, validate, train, predict, and with --push push. */
export async function execute(options: RunOptions, env: CommandEnvironment): Promise<Outcome> {
  checkRange(options, 'run');
  const force = forceOption(options, 'run');
  if (options.dryRun === true) {
    const { from, to } = options;
    const { execute: plan } = await import('./plan.ts');
    return plan({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }, env);
  }
  return env.stage(
    options,
    async (ctx) => {
      if (options.push === true && ctx.config.push === null) {
        throw pushTargetMissing(ctx.config.file);
      }
      const { runPipeline } = await import('../pipeline/run.ts');
      const outcome = await runPipeline(withKeepInputs(ctx, options.keepInputs), {
        push: options.push === true,
        ...(options.from !== undefined && { from: options.from }),
        ...(options.to !== undefined && { to: options.to }),
        ...(options.exclude !== undefined && { exclude: options.exclude }),
        ...(force !== undefined && { force }),
      });
      const { exitCode } = outcome;
      const given = givenText(options);
      const help = await helpOf(ctx, outcome, given);
      const previous = await previousOf(ctx, outcome);
      const failure = exitCode === EXIT.done ? undefined : whyNot(exitCode, outcome);
      return {
        exitCode,
        json: { ...jsonOf(outcome), previous_candidate: previous, help },
        text: (style) => {
          const places = {
            workspace: ctx.config.workspace,
            pushFolder: ctx.config.push === null ? null : locationName(ctx.config.push),
            hint: (command: string) => hint(env, command),
          };
          // On a terminal the lines of the stages stand above.
          const text =
            (style.width === undefined ? '' : '\n') +
            runText({ ...outcome, previous }, places, style);
          if (help === null) return text;
          const choices = redText(help, places.hint, style, given).split('\n');
          return `${text}\n\n${choices.map((line) => wrap(line, indentOf(line), style)).join('\n')}`;
        },
        line: () => runLine(outcome, exitCode === EXIT.done),
        ...(failure !== undefined && { failure }),
      };
    },
    { warehouse: true },
  );
}

/** What to do about red gates; null: nothing is red. */
async function helpOf(
  { replica, config }: StageContext,
  { gates, from, to }: RunOutcome,
  given: string,
): Promise<RedHelp | null> {
  if (gates === null || gates.fail === 0) return null;
  const { redHelp } = await import('../validate/red-help.ts');
  return redHelp(replica, config, gates, { from, to, given });
}

/** The options that the same run again needs to come to the same dates and the same target. */
function givenText({ from, to, push }: RunOptions): string {
  return `${rangeText({ from, to })}${push === true ? ' --push' : ''}`;
}

/** The candidate before, where this run trained another one. */
async function previousOf(
  { replica }: StageContext,
  { training, stages }: RunOutcome,
): Promise<PreviousCandidate | null> {
  const trained = stages.some(({ name, status }) => name === 'train' && status === 'done');
  if (training === null || !trained) return null;
  const { previousCandidate } = await import('../train/previous-candidate.ts');
  return previousCandidate(replica, training);
}

/** The document of a run: the parts carry no exit codes of their own, the whole has one. */
function jsonOf({ exitCode: _, ...outcome }: RunOutcome): Record<string, unknown> {
  const bare = <T extends { exitCode: ExitCode }>({ exitCode: __, ...part }: T) => part;
  const { push, predictions } = outcome;
  return {
    ...outcome,
    push: push === null ? null : bare(push),
    predictions: predictions === null ? null : bare(predictions),
  };
}

/** Why a run that went through its stages is not whole, in one sentence: the refusal that outranks the others. */
function whyNot(exitCode: ExitCode, outcome: RunOutcome): Outcome['failure'] {
  const { gates, push, refusal, postflight } = outcome;
  const pushed = push === null ? undefined : pushFailure(push);
  if (exitCode === EXIT.refused && pushed !== undefined) return pushed;
  const red = gates?.red[0];
  if (red !== undefined) {
    const more =
      gates!.red.length === 1 ? '' : ` (and ${plural(gates!.red.length - 1, 'more check')})`;
    return {
      code: 'GATE_RED',
      message: `The check "${red.check}" of "${red.table}" is red for ${red.scope}: ${figureText(red.check, red.found)} found, ${figureText(red.check, red.wanted)} wanted${more}.`,
      next: 'Do what is shown at "repair", or choose another of the ways; docs/gates.md tells what follows.',
    };
  }
  const unlike = postflight.findings.find(({ verdict }) => verdict === 'fail');
  if (unlike !== undefined) {
    return {
      code: 'RUN_INCOMPLETE',
      message: `What was written is not what was meant: ${unlike.found}.`,
      next: unlike.next ?? 'See "hoopduck status".',
    };
  }
  return (
    refusal ??
    pushed ?? {
      code: 'RUN_INCOMPLETE',
      message: 'The run is not complete.',
      next: 'See "hoopduck status".',
    }
  );
}
