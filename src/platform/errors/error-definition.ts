/**
 * How the worker handles an error.
 * - `never`: the same input will fail again; the image (or delivery) gets its final state.
 * - `later`: a temporary fault in another system. Retried after a back-off; the attempt counts.
 * - `uncounted`: a fault on this server (disk full, database unavailable). Retried; the attempt does not count.
 */
export type RetryPolicy = 'never' | 'later' | 'uncounted';

/** One row of an error table. */
export interface ErrorEntry {
  /** HTTP status of the error response. Omitted if the error is never sent as a response. */
  status?: number;
  /** `never` if omitted. */
  retry?: RetryPolicy;
  /** Short name of the error. */
  title: string;
  /** One or two sentences that explain the error. */
  what: string;
  /** One or two sentences on how to fix it; empty if there is nothing to do. */
  fix: string;
  /** Message for the caller. Defaults to `what` and `fix`. */
  message?: string;
}

/** Section of `docs/reference/errors.md` that documents an error table. */
export interface ErrorSection {
  title: string;
  /** Describes where the codes appear. */
  intro: string;
}

/** Definitions by code. */
export type ErrorTable<Code extends string> = {
  readonly [C in Code]: ErrorDefinition<C>;
};

/** A documented error code. Only `defineErrors` creates one, so every code is in a table. */
export class ErrorDefinition<Code extends string = string> {
  private constructor(
    readonly section: ErrorSection,
    /** Stable, snake_case. Clients branch on it; it never changes. */
    readonly code: Code,
    private readonly entry: ErrorEntry,
  ) {}

  /**
   * Defines the errors of a module or platform folder. `npm run reference` finds a table only in a file
   * whose name ends with `error-table.ts`.
   */
  static createTable<Code extends string>(
    section: ErrorSection,
    entries: Record<Code, ErrorEntry>,
  ): ErrorTable<Code> {
    const codes = Object.keys(entries) as Code[];
    const table = codes.map((code) => [code, new ErrorDefinition(section, code, entries[code])]);
    return Object.fromEntries(table) as ErrorTable<Code>;
  }

  get status(): number {
    return this.entry.status ?? 500;
  }

  get retry(): RetryPolicy {
    return this.entry.retry ?? 'never';
  }

  get title(): string {
    return this.entry.title;
  }

  get what(): string {
    return this.entry.what;
  }

  get fix(): string {
    return this.entry.fix;
  }

  /** True if an error response can have this code. */
  get hasHttpStatus(): boolean {
    return this.entry.status !== undefined;
  }

  /** Message for users. An error that includes values has its own message. */
  get message(): string {
    return this.entry.message ?? `${this.what} ${this.fix}`.trimEnd();
  }

  /**
   * Replaces the capital letters of a code such as `http_NNN`.
   * @param part lower-case letters or digits, for example `404`
   */
  withPart(part: string | number): ErrorDefinition {
    const code = this.code.replace(/[A-Z]+/, String(part));
    return new ErrorDefinition<string>(this.section, code, this.entry);
  }
}

/** Defines the errors of a module or platform folder (see `ErrorDefinition.createTable`). */
export const defineErrors = <Code extends string>(
  section: ErrorSection,
  entries: Record<Code, ErrorEntry>,
): ErrorTable<Code> => ErrorDefinition.createTable(section, entries);
