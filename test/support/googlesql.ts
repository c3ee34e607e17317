import { existsSync, readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';
import { expect, type TestContext } from 'vitest';
import { installGoogleSqlParser } from '../../scripts/googlesql-parser.mjs';

/** Where systems keep the rules of time zones; the analyzer reads them. */
export const TIME_ZONES = '/usr/share/zoneinfo';

/** Says what is wrong with a text as GoogleSQL; null: nothing is. Syntax only: no names, no types. */
export type GoogleSqlParser = (sql: string) => string | null;

/** Google's code: a call takes a request and gives an answer, both protocol buffers. */
export interface GoogleSqlService {
  parse(request: Buffer): { answer: Buffer } | { error: string };
  analyze(request: Buffer): { answer: Buffer } | { error: string };
  /** LanguageOptions of what is asked here. */
  readonly options: Buffer;
}

let loaded: GoogleSqlService | undefined;

/**
 * Google's own parser of GoogleSQL, compiled to WebAssembly. Skips the test where it cannot be had, and
 * fails it with CI=true.
 */
export function googleSqlParser(context: TestContext): GoogleSqlParser {
  const { parse, options } = googleSqlService(context);
  // ParseRequest: sql (1), options (2), allow_script (4).
  return (sql) => {
    if (sql.trim() === '') return 'the text is empty';
    const request = [bytes(1, Buffer.from(sql)), bytes(2, options), flag(4, 1)];
    const parsed = parse(Buffer.concat(request));
    return 'error' in parsed ? parsed.error : null;
  };
}

/** The same, for more than syntax. */
export function googleSqlService(context: TestContext): GoogleSqlService {
  if (loaded !== undefined) return loaded;
  const found = installGoogleSqlParser();
  if ('missing' in found) {
    if (process.env['CI'] === 'true')
      expect.fail(`GoogleSQL's parser is missing: ${found.missing}`);
    context.skip(`GoogleSQL's parser is missing: ${found.missing}`);
  }
  loaded = loadService((found as { path: string }).path);
  return loaded;
}

// The types of Node without the browser's have no WebAssembly.
declare const WebAssembly: {
  Module: new (bytes: Buffer) => object;
  Instance: new (module: object, imports: object) => { exports: object };
};

/** Functions of the module that are called: a request and its answer are protocol buffers. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  wasm_malloc(size: number): number;
  wasm_free(at: number): void;
  wasm_get_last_error(): number;
  wasm_get_last_error_size(): number;
  ZetaSqlLocalService_GetLanguageOptions: Call;
  ZetaSqlLocalService_Parse: Call;
  ZetaSqlLocalService_Analyze: Call;
}
type Call = (request: number, size: number, answerSize: number) => number;

function loadService(path: string): GoogleSqlService {
  const preopens = existsSync(TIME_ZONES) ? { [TIME_ZONES]: TIME_ZONES } : {};
  const wasi = new WASI({ version: 'preview1', preopens });
  const module = new WebAssembly.Module(readFileSync(path));
  const instance = new WebAssembly.Instance(module, wasi.getImportObject());
  const wasm = instance.exports as unknown as Exports;
  wasi.initialize(instance);
  // Read anew each time: the memory may grow under a call.
  const memory = () => Buffer.from(wasm.memory.buffer);
  const call = (run: Call, request: Buffer): { answer: Buffer } | { error: string } => {
    const at = wasm.wasm_malloc(Math.max(request.length, 1));
    const sizeAt = wasm.wasm_malloc(4);
    try {
      memory().set(request, at);
      const answerAt = run(at, request.length, sizeAt);
      if (answerAt === 0) {
        const error = wasm.wasm_get_last_error();
        const size = wasm.wasm_get_last_error_size();
        return { error: memory().toString('utf8', error, error + size) };
      }
      const size = memory().readUInt32LE(sizeAt);
      const answer = Buffer.from(memory().subarray(answerAt, answerAt + size));
      wasm.wasm_free(answerAt);
      return { answer };
    } finally {
      wasm.wasm_free(at);
      wasm.wasm_free(sizeAt);
    }
  };
  // LanguageOptionsRequest: maximum_features (1). LanguageOptions: product_mode (3) external, and
  // QUALIFY among the reserved_keywords (8), as in BigQuery.
  const features = call(wasm.ZetaSqlLocalService_GetLanguageOptions, flag(1, 1));
  if ('error' in features) throw new Error(features.error);
  return {
    parse: (request) => call(wasm.ZetaSqlLocalService_Parse, request),
    analyze: (request) => call(wasm.ZetaSqlLocalService_Analyze, request),
    options: Buffer.concat([features.answer, flag(3, 1), bytes(8, Buffer.from('QUALIFY'))]),
  };
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  out.push(rest);
  return Buffer.from(out);
}

/** A field with a number. */
export function flag(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

/** A field with a message or a text. */
export function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
}
