export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly hasInstallScript: boolean;
  readonly optional: boolean;
}
export function installedPackages(lock: unknown): InstalledPackage[];
export function licencesPage(lock: unknown): string;
