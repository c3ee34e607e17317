import type { Config } from '../config/config.ts';
import type { ConfigNeeds } from '../config/load.ts';
import type { Reporter, StageContext } from '../context.ts';
import type { Replica } from '../replica/replica.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import type { Interrupts } from './interrupts.ts';

export interface EnvironmentOptions {
  readonly command: string;
  readonly cwd: string;
  readonly workspaceFlag: string | undefined;
  readonly json: boolean;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  readonly onStop: Interrupts['onStop'];
}

/** The environment of one command; what costs time to import is imported when it is used. */
export function createEnvironment(options: EnvironmentOptions): CommandEnvironment {
  const now = () => new Date();
  const config = async (needs?: ConfigNeeds): Promise<Config> => {
    const { findWorkspace } = await import('../config/workspace.ts');
    const folder = findWorkspace(options.cwd, options.workspaceFlag);
    const { loadConfig } = await import('../config/load.ts');
    return loadConfig(folder, needs);
  };
  return {
    ...options,
    now,
    config,
    stdin: readStdin,
    async stage(
      args: unknown,
      work: (ctx: StageContext) => Promise<Outcome>,
      needs?: ConfigNeeds,
    ): Promise<Outcome> {
      const { command, cwd, report, signal, onStop } = options;
      const session = { command, arguments: args, report, signal, onStop, now };
      const told = async (loaded: Config, todo: typeof work): Promise<Outcome> => {
        const { withSession } = await import('../workspace.ts');
        const { telling } = await import('./tell.ts');
        return telling(
          { command, args, cwd, config: loaded, report, signal, now },
          (withTelling) => withSession(loaded, session, withTelling),
          todo,
        );
      };
      let loaded: Config;
      try {
        loaded = await config(needs);
      } catch (error) {
        // A warehouse that is away is news, and who is told of it can be read all the same.
        const known = needs?.warehouse === true ? await config().catch(() => undefined) : undefined;
        if (known !== undefined && known.notify.length > 0) {
          await told(known, () => Promise.reject(error)).catch(() => undefined);
        }
        throw error;
      }
      return told(loaded, work);
    },
    async reading<T>(work: (replica: Replica, config: Config) => Promise<T>): Promise<T> {
      const loaded = await config();
      const { withReading } = await import('../workspace.ts');
      return withReading(loaded, (replica) => work(replica, loaded));
    },
  };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
