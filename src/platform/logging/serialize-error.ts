import { pino } from 'pino';
import { scrubStack, scrubText } from './scrub.js';

/**
 * Returns the type, message, stack and code of an error and its causes as log fields. Drops all other
 * properties, such as headers, statement parameters, and the arguments of a Redis command
 * (`command.args`, `previousErrors`).
 */
export function serializeError(error: unknown): unknown {
  if (error instanceof Error) {
    const { type, message, stack, code } = pino.stdSerializers.err(error);
    return {
      type,
      message: scrubText(message),
      stack: scrubStack(stack, error),
      ...(code === undefined ? {} : { code: String(code) }),
    };
  }
  if (typeof error !== 'object' || error === null) return error;
  const { message } = error as { message?: unknown };
  return {
    type: 'object',
    ...(typeof message === 'string' ? { message: scrubText(message) } : {}),
  };
}
