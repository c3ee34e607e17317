import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { code, generated, table } from './markdown.mjs';

const KINDS = ['folder', 'gcs', 'bigquery'];
const SMALLEST = {
  folder: { kind: 'folder', path: '/' },
  gcs: { kind: 'gcs', bucket: 'bucket' },
  bigquery: { kind: 'bigquery', project: 'project' },
};

/** The page of hoopduck.yaml: keys and types of the schema, values of the defaults, meanings of key-texts.yaml. */
export async function configurationPage({ dist, load }) {
  const { z } = await import('zod');
  const { configSchema } = await load('config/schema.js');
  const { completeLocation } = await load('config/location-schema.js');
  const { DEFAULTS } = await load('config/defaults.js');
  const texts = parse(readFileSync(new URL('config/key-texts.yaml', dist), 'utf8'));
  const used = new Set();
  const textOf = (section, name, path) => {
    const text = section?.[name];
    if (text === undefined)
      throw new Error(`src/config/key-texts.yaml has no text for the key "${path}".`);
    used.add(text);
    return text;
  };
  const keysOf = (kind) =>
    leaves(
      z.toJSONSchema(configSchema('/', { warehouse: false }, { warehouse: kind, push: kind }), {
        unrepresentable: 'any',
        io: 'input',
      }),
    );
  const locations = KINDS.map((kind) => {
    const complete = completeLocation('/', SMALLEST[kind]);
    const rows = keysOf(kind)
      .filter(({ path }) => path.startsWith('warehouse.') && path !== 'warehouse.kind')
      .map(({ path, schema, required }) => {
        const name = path.slice('warehouse.'.length);
        const text = textOf(texts.location[kind], name, `${kind}: ${name}`);
        return row(name, schema, required, text, at(complete, name));
      });
    return [`### \`kind: ${kind}\``, table(COLUMNS, rows)].join('\n\n');
  });
  const rest = keysOf('folder').filter(({ path }) => !/^(warehouse|push)\.(kind|path)$/.test(path));
  const sections = [...new Set(rest.map(({ path }) => path.split('.')[0]))].map((section) => {
    const rows = rest
      .filter(({ path }) => path.startsWith(`${section}.`))
      .map(({ path, schema, required }) =>
        row(path, schema, required, textOf(texts.keys, path, path), at(DEFAULTS, path)),
      );
    return [`## ${section}`, table(COLUMNS, rows)].join('\n\n');
  });
  used.add(texts.location.kind);
  const idle = [
    ...KINDS.flatMap((kind) =>
      Object.entries(texts.location[kind]).map(([name, text]) => [`${kind}: ${name}`, text]),
    ),
    ...Object.entries(texts.keys),
  ].filter(([, text]) => !used.has(text));
  if (idle.length > 0)
    throw new Error(
      `src/config/key-texts.yaml speaks of keys that there are not: ${idle.map(([name]) => name).join(', ')}.`,
    );
  return [
    '# hoopduck.yaml',
    generated(
      '[the schema](../../src/config/schema.ts), [the defaults](../../src/config/defaults.ts) and [key-texts.yaml](../../src/config/key-texts.yaml)',
    ),
    'A workspace is a folder with this file. `hoopduck init` writes one with every default as a comment; only `warehouse` is needed. An unknown key, a wrong type or a value out of its bounds is an error with file, line, column and a caret (exit 2), and `hoopduck doctor` checks all of it.',
    '## warehouse and push',
    `Where raw tables come from, and where \`hoopduck push\` writes; without \`push\` nothing is pushed. Both have the same keys, by \`kind\`: ${texts.location.kind.what} (default: ${code(texts.location.kind.unset)}).`,
    ...locations,
    ...sections,
    '## Environment',
    table(
      ['variable', 'what it does'],
      [
        [
          code('HOOPDUCK_XGBOOST_LIB'),
          'Path of the native XGBoost library; an order: no other place is looked at ([engines.md](../engines.md))',
        ],
        [code('NO_COLOR'), 'No colours, as `--no-color`'],
        [code('FORCE_COLOR'), 'Colours although stdout is no terminal'],
      ],
    ),
  ].join('\n\n');
}

const COLUMNS = ['key', 'type', 'default', 'meaning'];

function row(name, schema, required, text, value) {
  const held = value === undefined || value === null || value === '' ? text.unset : written(value);
  return [
    code(name),
    typeOf(schema, text),
    required && text.unset === undefined ? 'needed' : (held ?? text.unset),
    text.what,
  ];
}

function written(value) {
  if (Array.isArray(value)) return code(value.length === 0 ? '[]' : value.join('/'));
  return code(value);
}

/** Every key below the top with its JSON schema, by its dotted path. */
function leaves(schema, path = '', required = true) {
  const properties = object(schema)?.properties;
  if (properties === undefined) return [{ path, schema, required }];
  const wanted = object(schema).required ?? [];
  return Object.entries(properties).flatMap(([name, inner]) =>
    leaves(inner, path === '' ? name : `${path}.${name}`, wanted.includes(name)),
  );
}

function object(schema) {
  return [schema, schema.items ?? {}, ...(schema.anyOf ?? [])].find(
    ({ properties }) => properties !== undefined,
  );
}

function typeOf(schema, text) {
  const one = schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
  const nullable = schema.anyOf === undefined ? '' : ' or null';
  if (one.enum !== undefined) return `${one.enum.map(code).join(', ')}${nullable}`;
  if (text.form !== undefined) return `${text.form}${nullable}`;
  if (one.type === 'boolean') return `true, false${nullable}`;
  if (one.type === 'integer' || one.type === 'number') {
    const low = one.exclusiveMinimum === undefined ? one.minimum : `above ${one.exclusiveMinimum}`;
    const bounds = one.maximum === undefined ? `from ${low}` : `${low} to ${one.maximum}`;
    return `${one.type === 'integer' ? 'whole number' : 'number'}, ${bounds}${nullable}`;
  }
  throw new Error(`The key text "${text.what}" needs a "form".`);
}

/** The value of a dotted key in an object of camelCase names; undefined where there is none. */
function at(values, path) {
  return path
    .split('.')
    .map((step) => step.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase()))
    .reduce((value, step) => value?.[step], values);
}
