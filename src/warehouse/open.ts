import type { Config } from '../config/config.ts';
import type { Replica } from '../replica/replica.ts';
import { FolderWarehouse } from './folder/folder.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * Opens a location of hoopduck.yaml.
 * @param replica runs the SQL that reads and writes Parquet
 * @param use `read`: the location must be there; `push`: it is made at the first write
 */
export function openWarehouse(
  location: Config['warehouse'],
  replica: Replica,
  use: 'read' | 'push' = 'read',
): Warehouse {
  return new FolderWarehouse(location.path, replica, { mayBeAbsent: use === 'push' });
}
