import type { StatusFacts } from './status-facts.ts';

/** The next step that the state of a workspace suggests: a command and why. */
export function nextStep(
  facts: Pick<
    StatusFacts,
    'seasons' | 'gates' | 'red' | 'model' | 'monitor' | 'pushes' | 'runs' | 'push_target'
  >,
): { readonly command: string; readonly why: string } {
  const [lastPush] = facts.pushes;
  const whole = facts.runs.find(({ command }) => command === 'run');
  if (facts.seasons.length === 0) return { command: 'run', why: 'nothing is here yet' };
  if (lastPush?.status === 'writing' || lastPush?.status === 'planned') {
    return { command: 'push --resume', why: 'the last push did not come to its end' };
  }
  if (facts.red.length > 0) {
    return { command: 'validate', why: 'gates are red; it says what is missing' };
  }
  if (whole !== undefined && (whole.exit_code === null || whole.exit_code === 130)) {
    return { command: 'run', why: 'the last run did not come to its end; it goes on from there' };
  }
  if (whole?.exit_code === 3) return { command: 'run', why: 'the warehouse failed the last run' };
  if (facts.gates === null) return { command: 'validate', why: 'no gate was checked yet' };
  if (facts.model === null) return { command: 'train', why: 'there is no model yet' };
  if ((facts.monitor?.alarms.length ?? 0) > 0) {
    return { command: 'models show candidate', why: 'the monitor warns; this is what was trained' };
  }
  if (facts.push_target !== null && facts.pushes.length === 0) {
    return { command: 'push --dry-run', why: 'nothing was pushed yet; this shows what would be' };
  }
  return { command: 'plan', why: 'what a run would do now' };
}
