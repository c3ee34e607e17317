// Writes docs/licences.md from package-lock.json: every package that comes with hoopduck, its version and licence, and those
// that run a script at install.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Packages that are installed with hoopduck, by name and version; those for development are not. */
export function installedPackages(lock) {
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version, license, hasInstallScript = false, optional = false }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return { name, version, licence: license ?? 'not said', hasInstallScript, optional };
    })
    .sort((a, b) =>
      a.name === b.name ? (a.version < b.version ? -1 : 1) : a.name < b.name ? -1 : 1,
    )
    .filter((one, i, all) => one.name !== all[i - 1]?.name || one.version !== all[i - 1]?.version);
}

/** Text of docs/licences.md. */
export function licencesPage(lock) {
  const packages = installedPackages(lock);
  const counts = new Map();
  for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const scripts = packages.filter(({ hasInstallScript }) => hasInstallScript);
  return `# Licences of what is installed

Written by \`node scripts/licences.mjs\` from \`package-lock.json\`; a test fails where it is not up to date. Of packages for one platform
each machine gets its own alone.

| licence | packages |
| ------- | -------: |
${[...counts]
  .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  .map(([licence, n]) => `| ${licence} | ${n} |`)
  .join('\n')}

Scripts at install: ${scripts.map(({ name, version }) => `\`${name}\` ${version}`).join(', ')}; [dependencies.md](dependencies.md) says what each does.

| package | version | licence |
| ------- | ------- | ------- |
${packages.map(({ name, version, licence, optional }) => `| ${name} | ${version} | ${licence}${optional ? ' (optional)' : ''} |`).join('\n')}
`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  writeFileSync(join(root, 'docs', 'licences.md'), licencesPage(lock));
}
