// Packs what would be published, installs it into an empty folder as a user does, and runs the tutorial there, on each
// major version of Node that is named (20, 24 and 26 if none is). `--short` runs its first pages alone: sample, init, run, query.
// The environment has neither Python, Go nor a compiler on its path, and no settings of ours.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { argv, env, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const short = argv.includes('--short');
const named = argv.slice(2).filter((word) => /^\d+$/.test(word));
const majors = named.length > 0 ? named : ['20', '24', '26'];
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-package-'));

/** Commands that a plain system has, and that the tutorial or npm calls; no python, go, cc, make or cmake. */
const PLAIN = [
  'bash',
  'sh',
  'env',
  'cat',
  'cp',
  'mv',
  'rm',
  'ls',
  'mkdir',
  'sed',
  'grep',
  'head',
  'tail',
  'pwd',
  'date',
  'sort',
  'wc',
  'tr',
  'cut',
  'uname',
  'dirname',
  'basename',
  'test',
  'touch',
  'find',
  'ps',
  'git',
];

function run(command, args, options) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
  });
  if (status !== 0)
    throw new Error(
      `${command} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}\n${stdout}${stderr}`.slice(
        -4000,
      ),
    );
  return stdout;
}

/** A folder with links to the plain commands and to one Node. */
function plainPath(node) {
  const bin = mkdtempSync(join(scratch, 'bin-'));
  for (const name of PLAIN) {
    const found = env.PATH.split(delimiter)
      .map((folder) => join(folder, name))
      .find((path) => existsSync(path));
    if (found !== undefined) symlinkSync(found, join(bin, name));
  }
  symlinkSync(node, join(bin, 'node'));
  return bin;
}

/** Where the Node of a major version is; the present one, or npm's package of it. */
function nodeOf(major) {
  if (process.versions.node.startsWith(`${major}.`)) return execPath;
  return run('npx', ['--yes', '-p', `node@${major}`, 'node', '-p', 'process.execPath'], {
    cwd: scratch,
  }).trim();
}

/** The scripts of the tutorial: its sh blocks but those marked "not run". */
function tutorialOf(text) {
  const blocks = [...text.matchAll(/(<!-- not run[^\n]*-->\n)?^```sh\n([\s\S]*?)^```$/gm)];
  const all = blocks.filter(([, notRun]) => notRun === undefined).map(([, , script]) => script);
  return short ? all.slice(0, 4) : all;
}

function tryOn(major, archive) {
  const node = nodeOf(major);
  const folder = join(scratch, `node-${major}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
  const home = mkdtempSync(join(scratch, 'home-'));
  const plain = {
    PATH: plainPath(node),
    HOME: home,
    TMPDIR: env.TMPDIR ?? tmpdir(),
    LANG: 'C.UTF-8',
    // How a user behind a firewall is told to install; see docs/how-to/install.md.
    npm_config_onnxruntime_node_install: 'skip',
    ...Object.fromEntries(
      Object.entries(env).filter(([name]) =>
        /^(npm_config_(registry|cache|cafile)|https?_proxy|no_proxy|node_extra_ca_certs)$/i.test(
          name,
        ),
      ),
    ),
  };
  const npm = run(
    'node',
    [
      '-p',
      'require("node:fs").realpathSync(process.argv[1])',
      run('sh', ['-c', 'command -v npm'], {}).trim(),
    ],
    {},
  ).trim();
  run(
    node,
    [
      npm,
      'install',
      '--no-audit',
      '--no-fund',
      '--cache',
      run('npm', ['config', 'get', 'cache'], { cwd: root }).trim(),
      archive,
    ],
    { cwd: folder, env: plain },
  );
  const bin = join(folder, 'node_modules', '.bin');
  const place = join(folder, 'place');
  let at = join(folder, 'tutorial');
  mkdirSync(at);
  const tutorial = readFileSync(
    join(folder, 'node_modules', 'hoopduck', 'docs', 'tutorial.md'),
    'utf8',
  );
  const ids = new Map();
  let blocks = 0;
  for (const script of tutorialOf(tutorial)) {
    const real = [...ids].reduce((text, [shown, found]) => text.replaceAll(shown, found), script);
    const out = run(
      'bash',
      ['-c', `exec 2>&1\n${real}\nstatus=$?; pwd > "${place}"; exit $status`],
      {
        cwd: at,
        env: { ...plain, PATH: `${bin}${delimiter}${plain.PATH}` },
      },
    );
    at = readFileSync(place, 'utf8').trim();
    blocks++;
    // An id that the page shows and uses in a later command is the one that was printed in its place.
    rememberIds(tutorial, script, out, ids);
  }
  return `${blocks} blocks of the tutorial on Node ${run(node, ['--version'], {}).trim()}`;
}

const ID = /\b\d{8}T\d{6}Z-[0-9a-f]{4}\b|\bpoints-[0-9a-f]{12}\b/g;

function rememberIds(tutorial, script, out, ids) {
  const after = tutorial.slice(tutorial.indexOf(script) + script.length);
  const shown = /^```\n+```text\n([\s\S]*?)^```$/m.exec(after);
  if (shown === null || shown.index !== 0) return;
  for (const line of shown[1].split('\n')) {
    const wanted = line.match(ID);
    if (wanted === null) continue;
    const shape = new RegExp(
      `^${line
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replace(ID, '(\\S+)')
        .replace(/\d+/g, '[\\d.]+')
        .replace(/ +/g, ' +')}`,
      'm',
    );
    const found = shape.exec(out) ?? undefined;
    if (found === undefined) continue;
    for (const [i, id] of wanted.entries()) ids.set(id, found[i + 1]);
  }
}

let failed = 0;
try {
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', scratch], { cwd: root });
  const archive = join(
    scratch,
    readdirSync(scratch).find((name) => name.endsWith('.tgz')),
  );
  for (const major of majors) {
    const begun = performance.now();
    try {
      const what = tryOn(major, archive);
      console.log(`ok    ${what}, ${Math.round((performance.now() - begun) / 1000)} s`);
    } catch (error) {
      failed++;
      console.log(`FAIL  Node ${major}: ${error.message}`);
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
exit(failed === 0 ? 0 : 1);
