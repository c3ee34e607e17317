import type { Replica } from '../replica/replica.ts';
import { readThresholds } from '../validate/read-thresholds.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { hint } from './hint.ts';
import { replicaBounds } from './replica-bounds.ts';
import { explainText } from './validate-explain-text.ts';

/** What `--explain` is asked for. */
export interface ExplainOptions {
  readonly explain: string;
  readonly table?: string | undefined;
  readonly scope?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Explains one verdict, on the replica as it is; writes nothing, and ends well whatever the verdict is. */
export async function explainCheck(
  options: ExplainOptions,
  thresholds: string,
  env: CommandEnvironment,
): Promise<Outcome> {
  return env.reading(async (replica: Replica) => {
    const { explainVerdict } = await import('../validate/explain/explain.ts');
    const { explain: check, table, scope, from, to } = options;
    const range = await replicaBounds(replica, {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    });
    const read = readThresholds(thresholds);
    const explanation = await explainVerdict(replica, read, { check, table, scope }, range);
    return {
      exitCode: 0,
      json: { ...explanation },
      text: (style) =>
        explainText(explanation, (command) => hint(env, command.replace(/^hoopduck /, '')), style),
    };
  });
}
