import { expect, inject } from 'vitest';
import { faultsAfterRerun, type Undisturbed, undisturbed } from './campaign.ts';
import { brokenAfterKill } from './held.ts';
import { type Ended, start } from './kill.ts';
import { SCENARIOS, type Starts } from './scenarios.ts';
import { tell } from './tally.ts';

/** A fault around one run of a command. */
export interface Fault {
  readonly kind: string;
  readonly detail: string;
  /** Name of the scenario. */
  readonly command: string;
  /** Programs before node; to take rights or files away, for one. */
  readonly wrap?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Done to the workspace before the command, and after it. */
  readonly plant?: (workspace: string) => void | Promise<void>;
  readonly mend?: (workspace: string) => void | Promise<void>;
  /** How the command ends under the fault. */
  readonly ends: (ended: Ended) => void;
}

/** Plants faults one after another, each in a fresh workspace. */
export class Faults {
  readonly #starts: Starts;
  readonly #before = new Map<string, Undisturbed>();

  constructor(starts: Starts) {
    this.#starts = starts;
  }

  /**
   * Runs a command under a fault, which has to end as said and leave nothing half; without the fault the same command then has to
   * come to the end of an undisturbed one.
   */
  async plant(fault: Fault): Promise<void> {
    const { kind, detail, command, wrap, env } = fault;
    const scenario = SCENARIOS.find(({ name }) => name === command)!;
    const before =
      this.#before.get(command) ?? (await undisturbed(this.#starts, scenario, ['time']));
    this.#before.set(command, before);
    const { workspace } = this.#starts;
    this.#starts.put(scenario);
    let survived = false;
    try {
      await fault.plant?.(workspace);
      try {
        fault.ends(
          await start(inject('cli'), scenario.args, workspace, {
            ...(wrap !== undefined && { wrap }),
            ...(env !== undefined && { env }),
          }),
        );
      } finally {
        await fault.mend?.(workspace);
      }
      expect(await brokenAfterKill(workspace), `${kind}, ${detail}: ${command}`).toEqual([]);
      const faults = await faultsAfterRerun(inject('cli'), scenario, workspace, before.held);
      expect(faults, `${kind}, ${detail}: ${command}`).toEqual([]);
      survived = true;
    } finally {
      tell({ kind, where: command, survived, detail });
    }
  }
}
