import {
  bytes,
  doubleBytes,
  float,
  floats,
  integer,
  integerBytes,
  integers,
  message,
  string,
} from './protobuf.ts';

/** Field and type numbers of onnx.proto; only what our graph uses. */
const ATTRIBUTE_TYPE = { float: 1, integer: 2, string: 3, floats: 6, integers: 7, strings: 8 };

/** Element types of tensors. */
export const ELEMENT = { float: 1, integer: 7, double: 11 } as const;

export type AttributeValue =
  | { readonly integer: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly integers: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] };

function attribute(name: string, value: AttributeValue): Uint8Array {
  const type = (kind: keyof typeof ATTRIBUTE_TYPE) => integer(20, ATTRIBUTE_TYPE[kind]);
  const field = (): Uint8Array => {
    if ('float' in value) return message(float(2, value.float), type('float'));
    if ('integer' in value) return message(integer(3, value.integer), type('integer'));
    if ('string' in value) return message(string(4, value.string), type('string'));
    if ('floats' in value) return message(floats(7, value.floats), type('floats'));
    if ('integers' in value) return message(integers(8, value.integers), type('integers'));
    return message(...value.strings.map((text) => string(9, text)), type('strings'));
  };
  return message(string(1, name), field());
}

/** NodeProto: one operator with what it reads and what it makes. */
export function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
  domain = '',
): Uint8Array {
  return message(
    ...inputs.map((name) => string(1, name)),
    string(2, output),
    string(3, output),
    string(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
    string(7, domain),
  );
}

/** TensorProto: a constant of doubles, row-major, once it has a name. */
export function doubleTensor(shape: readonly number[], values: readonly number[]) {
  return tensor(shape, ELEMENT.double, doubleBytes(values));
}

/** TensorProto: a constant of 64-bit integers, row-major, once it has a name. */
export function integerTensor(shape: readonly number[], values: readonly number[]) {
  return tensor(shape, ELEMENT.integer, integerBytes(values));
}

function tensor(shape: readonly number[], element: number, raw: Uint8Array) {
  return (name: string): Uint8Array =>
    message(integers(1, shape), integer(2, element), string(8, name), bytes(9, raw));
}

/** ValueInfoProto: a float32 matrix with any number of rows. */
export function floatMatrix(name: string, columns: number): Uint8Array {
  const shape = message(bytes(1, string(2, 'N')), bytes(1, integer(1, columns)));
  const tensor = message(integer(1, ELEMENT.float), bytes(2, shape));
  return message(string(1, name), bytes(2, bytes(1, tensor)));
}

export interface ModelParts {
  readonly name: string;
  readonly nodes: readonly Uint8Array[];
  readonly constants: readonly Uint8Array[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
  /** Domain of operators ('' is ONNX's own) to the version of its set. */
  readonly operatorSets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** ModelProto: a whole ONNX file. */
export function model(parts: ModelParts): Uint8Array {
  const graph = message(
    ...parts.nodes.map((part) => bytes(1, part)),
    string(2, parts.name),
    ...parts.constants.map((part) => bytes(5, part)),
    ...parts.inputs.map((part) => bytes(11, part)),
    ...parts.outputs.map((part) => bytes(12, part)),
  );
  const sets = Object.entries(parts.operatorSets).map(([domain, version]) =>
    bytes(8, message(string(1, domain), integer(2, version))),
  );
  const metadata = Object.entries(parts.metadata).map(([key, value]) =>
    bytes(14, message(string(1, key), string(2, value))),
  );
  // IR version 8 goes with the operator sets used, and any runtime since 2022 reads it.
  return message(integer(1, 8), string(2, 'hoopduck'), bytes(7, graph), ...sets, ...metadata);
}
