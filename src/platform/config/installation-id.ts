/** Identifies an installation. All processes that share a database schema have the same ID. */
export class InstallationId {
  /** @param value 16 hex digits */
  constructor(readonly value: string) {}
}
