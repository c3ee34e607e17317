import { createReadStream } from 'node:fs';
import { CRC32C } from '@google-cloud/storage';

/** Checksum of a file's bytes as GCS writes it: base64 of the big-endian CRC32C. */
export async function crc32cOf(path: string): Promise<string> {
  const crc = new CRC32C();
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    crc.update(chunk as Buffer);
  }
  return crc.toString();
}
