import { AppError } from '../../platform/errors/app-error.js';

export type FindingStatus = 'ok' | 'warning' | 'error';

/** Result of one check. */
export interface Finding {
  status: FindingStatus;
  /** Stable name: the group, a dot, and the subject, e.g. `redis.eviction`. */
  check: string;
  /** One sentence that says what was found. */
  message: string;
  /** The fix; null if nothing is wrong. */
  fix: string | null;
}

export const ok = (check: string, message: string): Finding => ({
  status: 'ok',
  check,
  message,
  fix: null,
});

/** Something that works now, but may fail or lose work later. */
export const warning = (check: string, message: string, fix: string): Finding => ({
  status: 'warning',
  check,
  message,
  fix,
});

/** Something that does not work. */
export const error = (check: string, message: string, fix: string): Finding => ({
  status: 'error',
  check,
  message,
  fix,
});

/**
 * Converts an error of the app. The first sentence of its message is the problem; the rest is the
 * fix.
 */
export function fromAppError(check: string, { message, definition }: AppError): Finding {
  const [fault, ...rest] = message.split(/(?<=\.) /);
  const steps = rest.filter(
    (sentence) => !/resumes automatically|^Uploads are accepted/.test(sentence),
  );
  return error(check, fault, steps.length > 0 ? steps.join(' ') : definition.fix);
}

/**
 * Returns the message of an error. For a connection to several addresses, joins the messages of the
 * attempts.
 */
export function describeCause(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '') {
    return thrown.errors.map(describeCause).join('; ');
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}
