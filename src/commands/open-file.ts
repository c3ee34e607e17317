import { spawn } from 'node:child_process';
import { messageOf } from '../errors.ts';

/** What came of opening a file: by which program, or why not. */
export type Opened =
  | { readonly opened: true; readonly by: string }
  | { readonly opened: false; readonly reason: string };

/**
 * Opens a file or an address as a double click would, with what the system has for that, and does not wait for the
 * program. In CI nobody would see it: there it is left closed.
 */
export async function openFile(
  target: string,
  { platform, ci }: { readonly platform: NodeJS.Platform; readonly ci: boolean },
): Promise<Opened> {
  if (ci) return { opened: false, reason: 'the variable CI is set, and nobody would see it' };
  const [command, ...args] = openerOf(platform, target) as [string, ...string[]];
  const child = spawn(command, args, { detached: true, stdio: 'ignore', windowsHide: true });
  try {
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = absent ? `"${command}" is not on the path` : messageOf(error);
    return { opened: false, reason };
  }
  child.unref();
  return { opened: true, by: command };
}

/** The command line that opens a file or an address on a system. */
export function openerOf(platform: NodeJS.Platform, target: string): readonly string[] {
  if (platform === 'darwin') return ['open', target];
  // Of several arguments in quotes "start" takes the first for the title of a window.
  if (platform === 'win32') return ['cmd', '/c', 'start', '""', target];
  return ['xdg-open', target];
}
