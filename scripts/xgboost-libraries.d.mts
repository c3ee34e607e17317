/** A library in .emulators/xgboost-libraries, the folder of what it needs, and the Python beside it. */
export interface PresentLibrary {
  readonly version: string;
  readonly path: string;
  readonly python?: string;
  readonly beside?: string;
}

export function presentLibraries(): PresentLibrary[];
export function absentWheels(): string[];
