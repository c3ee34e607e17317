import {
  type Data,
  Decimal,
  Field,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
} from 'apache-arrow';
import { expect, onTestFinished, test } from 'vitest';
import { Replica } from '../../../src/replica/replica.ts';
import { ColumnAppender } from '../../../src/warehouse/bigquery/read/append.ts';
import { columnSources, decodeBatch } from '../../../src/warehouse/bigquery/read/arrow.ts';

/** Whole numbers as Arrow keeps them: two's complement in words of 32 bits, the lowest first. */
function decimals(values: readonly bigint[], scale: number, bits: 128 | 256): Data<Decimal> {
  const words = bits / 32;
  const data = new Uint32Array(values.length * words);
  values.forEach((value, i) => {
    for (let word = 0; word < words; word++) {
      data[i * words + word] = Number(BigInt.asUintN(32, value >> BigInt(32 * word)));
    }
  });
  const type = new Decimal(scale, bits === 128 ? 38 : 76, bits);
  return makeData({ type, length: values.length, nullCount: 0, data });
}

/** What the replica has of an Arrow column `x` that was sent as a message, as text. */
async function landed(data: Data<Decimal>, precision: string, scale: string): Promise<unknown[]> {
  const schema = new Schema([new Field('x', data.type, true)]);
  const type = new Struct(schema.fields);
  const struct = makeData({ type, length: data.length, nullCount: 0, children: [data] });
  const writer = new RecordBatchStreamWriter();
  writer.write(new RecordBatch(schema, struct));
  writer.finish();
  const batch = decodeBatch(new Uint8Array(), writer.toUint8Array(true));
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  const appender = await ColumnAppender.create(replica, 't', [
    { name: 'x', type: 'BIGNUMERIC', precision, scale },
  ]);
  appender.append(data.length, columnSources(batch, ['x']));
  appender.close();
  return replica.column('SELECT CAST(x AS VARCHAR) FROM temp.main.t');
}

// DuckDB stores decimals of up to 4, 9, 18 and 38 digits in 2, 4, 8 and 16 bytes.
test.each<[string, bigint[], string[]]>([
  ['4', [1234n, -9999n, 0n], ['12.34', '-99.99', '0.00']],
  ['9', [123456789n, -1n], ['1234567.89', '-0.01']],
  ['18', [123456789012345678n, -100n], ['1234567890123456.78', '-1.00']],
  ['38', [10n ** 38n - 1n, -(10n ** 38n) + 1n], [`${'9'.repeat(36)}.99`, `-${'9'.repeat(36)}.99`]],
])('a decimal of %s digits is kept, from 128 and from 256 bits', async (digits, values, wanted) => {
  expect(await landed(decimals(values, 2, 128), digits, '2')).toEqual(wanted);
  expect(await landed(decimals(values, 2, 256), digits, '2')).toEqual(wanted);
});

test("a decimal that comes with another scale than its column's is the same number", async () => {
  const nine = [12_340_000_000n, -10_000_000n, 0n];
  expect(await landed(decimals(nine, 9, 128), '4', '2')).toEqual(['12.34', '-0.01', '0.00']);
  const large = [125n * 10n ** 37n, -(10n ** 37n)];
  expect(await landed(decimals(large, 38, 256), '10', '1')).toEqual(['12.5', '-0.1']);
  expect(await landed(decimals([15n], 1, 128), '38', '9')).toEqual(['1.500000000']);
});

test.each([
  ['digits behind the point that the column lacks', 12_345_000_000n],
  ['digits before the point that the column lacks', 100_000_000_000n],
])('%s are refused', async (_, value) => {
  await expect(landed(decimals([value], 9, 128), '4', '2')).rejects.toThrow(
    `${value} of scale 9 does not fit DECIMAL(4,2)`,
  );
});
