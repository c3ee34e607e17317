/** Where an emulator's program is, or in words what this machine lacks. */
export type Installed =
  | { readonly path: string; readonly missing?: undefined }
  | { readonly path?: undefined; readonly missing: string };

export declare const emulatorHome: string;

export declare function installEmulators(): Promise<{
  readonly bigquery: Installed;
  readonly gcs: Installed;
}>;
