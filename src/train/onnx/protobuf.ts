/**
 * The part of protobuf's wire format that an ONNX file needs. Fields are written in the order given,
 * so the same calls give the same bytes.
 */
const VARINT = 0;
const FIXED_32 = 5;
const LENGTH_DELIMITED = 2;

/** A message: its fields, one after another. */
export function message(...fields: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((size, field) => size + field.length, 0));
  let offset = 0;
  for (const field of fields) {
    bytes.set(field, offset);
    offset += field.length;
  }
  return bytes;
}

/** An int32, int64 or enum field; not below 0. */
export function integer(number: number, value: number): Uint8Array {
  return message(varint(number * 8 + VARINT), varint(value));
}

/** A float field. */
export function float(number: number, value: number): Uint8Array {
  return message(varint(number * 8 + FIXED_32), floats32([value]));
}

/** A string field. */
export function string(number: number, value: string): Uint8Array {
  return bytes(number, new TextEncoder().encode(value));
}

/** A bytes field, or a message within a message. */
export function bytes(number: number, value: Uint8Array): Uint8Array {
  return message(varint(number * 8 + LENGTH_DELIMITED), varint(value.length), value);
}

/** A repeated float field, packed. */
export function floats(number: number, values: readonly number[]): Uint8Array {
  return bytes(number, floats32(values));
}

/** A repeated integer field, packed; none below 0. */
export function integers(number: number, values: readonly number[]): Uint8Array {
  return bytes(number, message(...values.map(varint)));
}

/** Doubles as little-endian bytes. */
export function doubleBytes(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, i) => {
    view.setFloat64(i * 8, value, true);
  });
  return new Uint8Array(view.buffer);
}

/** 64-bit integers as little-endian bytes. */
export function integerBytes(values: readonly number[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
}

function floats32(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    view.setFloat32(i * 4, value, true);
  });
  return new Uint8Array(view.buffer);
}

function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no varint.`);
  const groups: number[] = [];
  let rest = value;
  do {
    const group = rest % 128;
    rest = Math.floor(rest / 128);
    groups.push(rest > 0 ? group + 128 : group);
  } while (rest > 0);
  return Uint8Array.from(groups);
}
