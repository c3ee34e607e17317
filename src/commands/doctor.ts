import { accessSync, existsSync, constants as fs, statfsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Config } from '../config/config.ts';
import { RAW_TABLES } from '../config/raw-tables.ts';
import type { Style } from '../console/style.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { bytes } from '../format.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { CommandEnvironment, Outcome } from './command.ts';

/** One line of the doctor's findings. */
interface Finding {
  readonly name: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do about it; null when nothing is. */
  readonly next: string | null;
}

/** Room that a ten-season replica, its spill files and its models take. */
const DISK_NEEDED = 3e9;
/** Memory that training and a ten-season rebuild take. */
const MEMORY_NEEDED = 3e9;

/** Checks this machine, the workspace and the warehouse; exit 1 when something will stop a run. */
export async function execute(_: object, env: CommandEnvironment): Promise<Outcome> {
  const findings: Finding[] = [nodeVersion(), memory()];
  findings.push(await attempt('DuckDB', 'Reinstall with "npm ci".', duckdb));
  findings.push(await attempt('XGBoost', 'Reinstall with "npm ci".', xgboost));
  findings.push(await attempt('ONNX', 'Reinstall with "npm ci".', onnx));
  const config = await workspace(env, findings);
  if (config !== undefined) {
    findings.push(folder(config), disk(config));
    findings.push(
      await attempt('replica', 'Try again when the other command has ended.', () =>
        replica(config),
      ),
    );
    findings.push(...(await addedFeatures(config)), ...webhooks(config, process.env));
    findings.push(...(await warehouse(config)), ...(await pushTarget(config)));
  }
  const failed = findings.filter((finding) => finding.verdict === 'fail').length;
  return {
    exitCode: failed > 0 ? EXIT.failed : EXIT.done,
    json: { checks: findings },
    text: (style) => findings.map((finding) => line(finding, style)).join('\n'),
    ...(failed > 0 && {
      failure: {
        code: 'DOCTOR_FAILED',
        message: `${failed} of ${findings.length} checks failed: ${findings
          .filter((finding) => finding.verdict === 'fail')
          .map((finding) => `"${finding.name}"`)
          .join(', ')}.`,
        next: findings.find((finding) => finding.verdict === 'fail')?.next ?? '',
      },
    }),
  };
}

function line(finding: Finding, style: Style): string {
  const paint = { ok: style.green, warn: style.yellow, fail: style.red }[finding.verdict];
  const next = finding.next === null ? '' : `\n      ${style.bold('next:')} ${finding.next}`;
  return `${paint(finding.verdict.padEnd(4))}  ${finding.name}: ${finding.found}${next}`;
}

async function attempt(name: string, next: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { name, verdict: 'ok', found: await work(), next: null };
  } catch (error) {
    const given = error instanceof HoopduckError ? error.next : next;
    return { name, verdict: 'fail', found: messageOf(error).split('\n')[0]!, next: given };
  }
}

function nodeVersion(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const ok = major >= 20;
  return {
    name: 'Node',
    verdict: ok ? 'ok' : 'fail',
    found: `version ${process.versions.node}${ok ? '' : '; 20 or newer was wanted'}`,
    next: ok ? null : 'Install Node 20 or newer.',
  };
}

function memory(): Finding {
  const total = totalmem();
  const ok = total >= MEMORY_NEEDED;
  return {
    name: 'memory',
    verdict: ok ? 'ok' : 'warn',
    found: `${bytes(total)}, ${cpus().length} cores`,
    next: ok
      ? null
      : `Ten seasons take up to ${bytes(MEMORY_NEEDED)}; lower replica.memory_limit, or take fewer seasons.`,
  };
}

async function duckdb(): Promise<string> {
  const { Replica } = await import('../replica/replica.ts');
  const replica = await Replica.open(':memory:');
  try {
    return `version ${(await replica.row<{ v: string }>('SELECT version() AS v'))?.v}`;
  } finally {
    replica.close();
  }
}

async function xgboost(): Promise<string> {
  const { chooseEngine } = await import('../train/engines/choose.ts');
  const { findLibrary } = await import('../train/engines/find-library.ts');
  const search = await findLibrary();
  const engine = await chooseEngine('auto', async () => search);
  const where = engine.library === undefined ? '' : `, "${engine.library}"`;
  const skipped = search.skipped.map((reason) => `; skipped ${reason}`).join('');
  return `engine "${engine.name}", ${engine.version}${where}${skipped}`;
}

async function onnx(): Promise<string> {
  const { onnxRuntime } = await import('../train/onnx/runtime.ts');
  const runtime = await onnxRuntime();
  const backends = runtime.listSupportedBackends().map((backend) => backend.name);
  if (!backends.includes('cpu')) throw new Error('the runtime has no "cpu" backend');
  return `runtime ${runtime.env.versions.node ?? runtime.env.versions.common}`;
}

async function workspace(
  env: CommandEnvironment,
  findings: Finding[],
): Promise<Config | undefined> {
  try {
    const config = await env.config({ warehouse: true });
    findings.push({ name: 'workspace', verdict: 'ok', found: config.file, next: null });
    return config;
  } catch (error) {
    if (!(error instanceof HoopduckError)) throw error;
    findings.push({ name: 'workspace', verdict: 'fail', found: error.message, next: error.next });
    return undefined;
  }
}

function folder(config: Config): Finding {
  try {
    accessSync(config.workspace, fs.R_OK | fs.W_OK);
    return {
      name: 'folder',
      verdict: 'ok',
      found: `"${config.workspace}" can be written`,
      next: null,
    };
  } catch {
    return {
      name: 'folder',
      verdict: 'fail',
      found: `"${config.workspace}" cannot be written`,
      next: 'Give yourself the right to write there.',
    };
  }
}

function disk(config: Config): Finding {
  const { bavail, bsize } = statfsSync(config.workspace);
  const free = bavail * bsize;
  const ok = free >= DISK_NEEDED;
  return {
    name: 'disk',
    verdict: ok ? 'ok' : 'warn',
    found: `${bytes(free)} free`,
    next: ok ? null : `Ten seasons take up to ${bytes(DISK_NEEDED)}; make room.`,
  };
}

async function replica(config: Config): Promise<string> {
  if (!existsSync(config.replica.path)) return 'none yet; the first run makes it';
  const { withReading } = await import('../workspace.ts');
  return withReading(config, async (open) => {
    const dates = await open.row<{ n: number }>('SELECT count(*) AS n FROM hoopduck.partition');
    return `${config.replica.path}, ${dates?.n} partitions`;
  });
}

/** Whether the columns of `train.add_features` are those of models, and where these are built there. */
async function addedFeatures(config: Config): Promise<Finding[]> {
  const { addFeatures } = config.train;
  if (addFeatures.length === 0) return [];
  const finding = await attempt('train.add_features', `Mend ${config.file}.`, async () => {
    const { loadGraph } = await import('../transforms/graph.ts');
    loadGraph(config);
    const named = addFeatures.map(({ table, column }) => `${table}.${column}`).join(', ');
    if (!existsSync(config.replica.path))
      return `${named}; the first run tells whether it is there`;
    const { checkFeatureColumns } = await import('../transforms/workspace-features.ts');
    const { withReading } = await import('../workspace.ts');
    await withReading(config, (open) => checkFeatureColumns(open, config));
    return named;
  });
  return [finding];
}

/** Whether the variables are set that webhooks take their address and their key from. */
function webhooks(
  { notify, file }: Config,
  env: Readonly<Record<string, string | undefined>>,
): Finding[] {
  return notify.map(({ name, urlEnv, secretEnv }) => {
    const unset = [urlEnv, secretEnv].filter(
      (variable) => variable !== null && (env[variable] ?? '') === '',
    );
    return {
      name: `webhook ${name}`,
      verdict: unset.length > 0 ? 'warn' : 'ok',
      found:
        unset.length > 0
          ? `${unset.map((variable) => `"${variable}"`).join(' and ')} of the environment is not set: it is not told`
          : 'what it needs of the environment is set; "hoopduck notify --test" tries it',
      next:
        unset.length > 0 ? `Set it where runs are started, or change "notify" in ${file}.` : null,
    };
  });
}

async function warehouse(config: Config): Promise<Finding[]> {
  const { openWarehouse } = await import('../warehouse/open.ts');
  const { Replica } = await import('../replica/replica.ts');
  const scratch = await Replica.open(':memory:');
  let source: Warehouse | undefined;
  try {
    source = await openWarehouse(config.warehouse, scratch);
    const diagnosis = await source.diagnose('read');
    if (diagnosis.some((finding) => finding.verdict === 'fail')) return [...diagnosis];
    const tables = await source.tables('nba_raw');
    const absent = (needed: boolean) =>
      RAW_TABLES.filter((raw) => raw.needed === needed && !tables.includes(raw.name)).map(
        (raw) => `"${raw.name}"`,
      );
    const needed = absent(true);
    const optional = absent(false);
    const known = RAW_TABLES.length - needed.length - optional.length;
    const findings: Finding[] = [
      ...diagnosis,
      {
        name: 'warehouse',
        verdict: needed.length > 0 ? 'fail' : 'ok',
        found:
          needed.length > 0
            ? `"${source.location}" lacks the needed ${needed.join(' and ')}`
            : `"${source.location}" has ${known} of ${RAW_TABLES.length} raw tables`,
        next:
          needed.length > 0
            ? 'Put their Parquet files under nba_raw/<table>/, or make the tables in the dataset.'
            : null,
      },
    ];
    if (optional.length > 0 && needed.length === 0) {
      findings.push({
        name: 'optional tables',
        verdict: 'warn',
        found: `not there: ${optional.join(', ')}`,
        next: 'Nothing need be done: a run goes on without them, with fewer features.',
      });
    }
    return findings;
  } catch (error) {
    const next =
      error instanceof HoopduckError ? error.next : 'Check warehouse.path in hoopduck.yaml.';
    return [{ name: 'warehouse', verdict: 'fail', found: messageOf(error), next }];
  } finally {
    await source?.close();
    scratch.close();
  }
}

/** Where push writes; a folder is made at the first push, and needs no word here. */
async function pushTarget(config: Config): Promise<Finding[]> {
  if (config.push === null || config.push.kind === 'folder') return [];
  const { openWarehouse } = await import('../warehouse/open.ts');
  const { Replica } = await import('../replica/replica.ts');
  const scratch = await Replica.open(':memory:');
  try {
    const target = await openWarehouse(config.push, scratch, { use: 'push' });
    const findings = await target.diagnose('push');
    await target.close();
    return findings.map((finding) => ({ ...finding, name: `push: ${finding.name}` }));
  } catch (error) {
    const next = error instanceof HoopduckError ? error.next : 'Check "push" in hoopduck.yaml.';
    return [{ name: 'push', verdict: 'fail', found: messageOf(error), next }];
  } finally {
    scratch.close();
  }
}
