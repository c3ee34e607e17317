// Compiles src/ to dist/ and carries the files that are not TypeScript (models, thresholds, the worker) beside it.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
rmSync(join(root, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
for (const entry of readdirSync(join(root, 'src'), { recursive: true })) {
  if (['.sql', '.yaml', '.mjs'].includes(extname(entry))) {
    cpSync(join(root, 'src', entry), join(root, 'dist', entry));
  }
}
await bundle(join(root, 'dist'));
