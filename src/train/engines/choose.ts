import { EXIT, HoopduckError } from '../../errors.ts';
import type { Engine } from './engine.ts';
import type { LibrarySearch } from './find-library.ts';

/** One row of the table of engines: how to get it, or why it is not to be had on this machine. */
interface EngineSource {
  readonly name: Engine['name'];
  readonly open: (search?: Search) => Promise<Engine | { readonly missing: string }>;
}

/** How native libraries are searched for; tests look elsewhere than the machine. */
type Search = () => Promise<LibrarySearch>;

/** In the order of preference of `auto`. */
const SOURCES: readonly EngineSource[] = [
  {
    name: 'native',
    open: openNative,
  },
  { name: 'wasm', open: async () => (await import('./wasm-engine.ts')).wasmEngine },
];

async function openNative(search?: Search): Promise<Engine | { readonly missing: string }> {
  const { findLibrary } = await import('./find-library.ts');
  const { library, skipped } = await (search ?? findLibrary)();
  if (library !== undefined) return (await import('./native-engine.ts')).nativeEngine(library);
  return {
    missing:
      skipped.length === 0
        ? 'no libxgboost was found where one is looked for'
        : `there is ${skipped.join('; ')}`,
  };
}

/**
 * The engine of that name, or for `auto` the first of the table that this machine has. Rejects with
 * ENGINE_UNAVAILABLE (exit 2) when there is none, with the reason of each that was tried.
 */
export async function chooseEngine(
  name: 'auto' | 'native' | 'wasm',
  search?: Search,
): Promise<Engine> {
  const reasons: string[] = [];
  for (const source of SOURCES) {
    if (name !== 'auto' && name !== source.name) continue;
    const engine = await source.open(search);
    if (!('missing' in engine)) return engine;
    reasons.push(engine.missing);
  }
  throw new HoopduckError(
    'ENGINE_UNAVAILABLE',
    `The engine "${name}" is not available: ${reasons.join('; ')}.`,
    {
      next: 'Install libxgboost 1.7 or newer or name one in HOOPDUCK_XGBOOST_LIB (docs/engines.md), or use --engine wasm.',
      exitCode: EXIT.usage,
    },
  );
}
