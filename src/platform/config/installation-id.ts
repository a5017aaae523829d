/** Identifies an installation. All apps on one database, in one schema, have the same identifier. */
export class InstallationId {
  /** @param value 16 hex digits */
  constructor(readonly value: string) {}
}
