import { AppError } from '../../platform/errors/app-error.js';

export type FindingStatus = 'ok' | 'warning' | 'error';

/** Result of one check. */
export interface Finding {
  status: FindingStatus;
  /** Stable name: the group, a dot, and the subject, e.g. `redis.eviction`. */
  check: string;
  /** One sentence that describes the finding. */
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

/** Creates a finding about something that works now but may fail or lose work later. */
export const warning = (check: string, message: string, fix: string): Finding => ({
  status: 'warning',
  check,
  message,
  fix,
});

/** Creates a finding about something that does not work. */
export const error = (check: string, message: string, fix: string): Finding => ({
  status: 'error',
  check,
  message,
  fix,
});

/**
 * Converts an `AppError`. The first sentence of its message describes the problem, and the remaining
 * sentences describe the fix.
 */
export function toFinding(check: string, { message, definition }: AppError): Finding {
  const [problem, ...remaining] = message.split(/(?<=\.) /);
  const fixSentences = remaining.filter(
    (sentence) => !/resumes automatically|^Uploads are accepted/.test(sentence),
  );
  return error(check, problem, fixSentences.length > 0 ? fixSentences.join(' ') : definition.fix);
}

/**
 * Returns the message of an error. If connecting to several addresses failed, joins the messages of all
 * attempts.
 */
export function describeCause(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') {
    return cause.errors.map(describeCause).join('; ');
  }
  return cause instanceof Error ? cause.message : String(cause);
}
