import type { CommandEnvironment } from './command.ts';

/** A command for the person to type next, with the workspace named as it was this time. */
export function hint(env: Pick<CommandEnvironment, 'workspaceFlag'>, command: string): string {
  const { workspaceFlag } = env;
  if (workspaceFlag === undefined) return `hoopduck ${command}`;
  const folder = /^[\w./-]+$/.test(workspaceFlag) ? workspaceFlag : JSON.stringify(workspaceFlag);
  return `hoopduck -C ${folder} ${command}`;
}
