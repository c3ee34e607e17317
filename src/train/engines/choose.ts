import { EXIT, HoopduckError } from '../../errors.ts';
import type { Engine } from './engine.ts';

/** One row of the table of engines: how to get it, or why it is not to be had on this machine. */
interface EngineSource {
  readonly name: Engine['name'];
  readonly open: () => Promise<Engine | { readonly missing: string }>;
}

/** In the order of preference of `auto`. */
const SOURCES: readonly EngineSource[] = [
  {
    name: 'native',
    open: async () => ({
      missing: 'this version of hoopduck cannot load a native XGBoost library',
    }),
  },
  { name: 'wasm', open: async () => (await import('./wasm-engine.ts')).wasmEngine },
];

/**
 * The engine of that name, or for `auto` the first of the table that this machine has. Rejects with
 * ENGINE_UNAVAILABLE (exit 2) when there is none, with the reason of each that was tried.
 */
export async function chooseEngine(name: 'auto' | 'native' | 'wasm'): Promise<Engine> {
  const reasons: string[] = [];
  for (const source of SOURCES) {
    if (name !== 'auto' && name !== source.name) continue;
    const engine = await source.open();
    if (!('missing' in engine)) return engine;
    reasons.push(engine.missing);
  }
  throw new HoopduckError(
    'ENGINE_UNAVAILABLE',
    `The engine "${name}" is not available: ${reasons.join('; ')}.`,
    {
      next: 'Use --engine wasm, which needs no installation, or --engine auto.',
      exitCode: EXIT.usage,
    },
  );
}
