import { pino } from 'pino';
import { scrubStack, scrubText } from './scrub.js';

/**
 * Returns type, message, stack and code of an error and its causes as log fields. Drops all other
 * properties of a driver, such as arguments of a Redis command (`command.args`, `previousErrors`), parameters
 * of a statement, and headers.
 */
export function serializeError(thrown: unknown): unknown {
  if (thrown instanceof Error) {
    const { type, message, stack, code } = pino.stdSerializers.err(thrown);
    return {
      type,
      message: scrubText(message),
      stack: scrubStack(stack, thrown),
      ...(code === undefined ? {} : { code: String(code) }),
    };
  }
  if (typeof thrown !== 'object' || thrown === null) return thrown;
  const { message } = thrown as { message?: unknown };
  return {
    type: 'object',
    ...(typeof message === 'string' ? { message: scrubText(message) } : {}),
  };
}
