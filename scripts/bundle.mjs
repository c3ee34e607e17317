// Puts the command line and the small packages that every start needs into a few files of dist/bundle/: to find and open
// hundreds of small files is most of the time until a command answers. The modules beside it stay as they are, for the
// library and its types.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src');

/** Packages that go into the bundle, with their licences; all others are imported where they are installed. */
const BUNDLED = [
  '@duckdb/node-api',
  'commander',
  'fastest-levenshtein',
  'picocolors',
  'yaml',
  'zod',
];

const DUCKDB = /createRequire\(import\.meta\.url\)\(\s*'@duckdb\/node-api',?\s*\)/g;

/** Has a module of ours find its files beside dist/, and DuckDB's client inside the bundle. */
const asCompiled = {
  name: 'as-compiled',
  transform(code, id) {
    if (!id.startsWith(source + sep)) return null;
    const home = relative(source, id).split(sep).join('/').replace(/\.ts$/, '.js');
    const own = code
      .replace(DUCKDB, 'bundledDuckdb')
      .replaceAll('import.meta.url', `new URL('../${home}', import.meta.url).href`);
    if (own === code) return null;
    // Every line stays where it is, and with it what the source maps say.
    const whole = own.includes('bundledDuckdb')
      ? `import bundledDuckdb from '@duckdb/node-api'; ${own}`
      : own;
    return { code: whole, map: null };
  },
};

/** What is loaded together: by every command, by those that open a workspace, and DuckDB's client. The rest is split by use. */
const GROUPS = [
  {
    name: 'start',
    test: /src[\\/](?:console[\\/](?!csv|prompt|values)|config[\\/](?:dates|seasons|split)\.|(?:errors|exit-codes|format|redact|text-width|version)\.)|node_modules[\\/](?:commander|picocolors)[\\/]/,
    priority: 3,
  },
  { name: 'duckdb', test: /node_modules[\\/]@duckdb[\\/]/, priority: 2 },
  {
    name: 'workspace',
    test: /src[\\/](?:config|replica|ledger)[\\/]|node_modules[\\/](?:zod|yaml|fastest-levenshtein)[\\/]/,
    priority: 1,
  },
];

/** Node's cache of compiled code (22.8 and later) is on before the first module of the bundle is read. */
const LAUNCHER = `#!/usr/bin/env node
import module from 'node:module';

module.enableCompileCache?.();
export const { COMMANDS } = await import('./bundle/cli.js');
`;

/** Writes `<dist>/bundle/` and has `<dist>/cli.js` start it. */
export async function bundle(dist) {
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const installed = Object.keys({ ...dependencies, ...optionalDependencies }).filter(
    (name) => !BUNDLED.includes(name),
  );
  const isExternal = (id) =>
    id.startsWith('@duckdb/node-bindings') ||
    installed.some((name) => id === name || id.startsWith(`${name}/`));
  const build = await rolldown({
    input: { cli: join(source, 'cli.ts') },
    platform: 'node',
    external: isExternal,
    plugins: [asCompiled],
  });
  await build.write({
    dir: join(dist, 'bundle'),
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups: GROUPS },
  });
  await build.close();
  const licences = BUNDLED.map((name) => `${name}\n\n${readFileSync(licenceOf(name), 'utf8')}`);
  writeFileSync(join(dist, 'bundle', 'LICENSES.txt'), licences.join('\n\n'));
  writeFileSync(join(dist, 'cli.js'), LAUNCHER);
  chmodSync(join(dist, 'cli.js'), 0o755);
}

function licenceOf(name) {
  const folder = join(root, 'node_modules', name);
  return join(
    folder,
    readdirSync(folder).find((file) => /^licen[cs]e/i.test(file)),
  );
}
