import type { LoggerService } from '@nestjs/common';
import { type Logger as Pino, pino } from 'pino';
import pretty from 'pino-pretty';
import { getCurrentLogContext } from './log-context.js';
import { createScrubber } from './scrub.js';
import { serializeError } from './serialize-error.js';

/**
 * Creates the logger. Writes one JSON object per line, or colored text for terminals. Times use ISO 8601.
 * @param output destination of the log lines; standard output by default
 * @param fields fields of every JSON line. The pretty format omits them, because a terminal shows one process.
 */
export function createLogger(
  level: string,
  format: string,
  secrets: readonly string[] = [],
  output: NodeJS.WritableStream = process.stdout,
  fields: object = {},
): Pino {
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  const options = {
    level,
    base: isPretty ? undefined : fields,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Returns a copy, because pino adds the fields of the line to this object.
    mixin: () => ({ ...getCurrentLogContext() }),
    serializers: { err: serializeError },
    hooks: { streamWrite: createScrubber({ secrets, escapeControls: isPretty }) },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (!isPretty) return pino(options, output);
  return pino(
    options,
    pretty({ sync: true, ...(output === process.stdout ? {} : { destination: output }) }),
  );
}

/** Contexts of Nest's startup messages, which are one line for each module and route. */
const FRAMEWORK_CONTEXTS = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
]);

/**
 * Sends the log messages of Nest and the modules to pino. Pass a sentence, or an object with `message`
 * and additional fields: `log.warn({ message: 'Image failed', image_id, err })`.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  log = (message: unknown, ...parameters: unknown[]) => this.write('info', message, parameters);
  error = (message: unknown, ...parameters: unknown[]) => this.write('error', message, parameters);
  warn = (message: unknown, ...parameters: unknown[]) => this.write('warn', message, parameters);
  debug = (message: unknown, ...parameters: unknown[]) => this.write('debug', message, parameters);
  verbose = (message: unknown, ...parameters: unknown[]) =>
    this.write('trace', message, parameters);
  fatal = (message: unknown, ...parameters: unknown[]) => this.write('fatal', message, parameters);

  /** Nest passes the context (the class name) last. For errors, it passes the stack before the context. */
  private write(
    requestedLevel: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal',
    message: unknown,
    parameters: unknown[],
  ) {
    const context = parameters.at(-1);
    const level =
      requestedLevel === 'info' && FRAMEWORK_CONTEXTS.has(String(context))
        ? 'debug'
        : requestedLevel;
    const stack = parameters.length > 1 ? parameters[0] : undefined;
    const { message: text, ...fields } =
      message instanceof Error
        ? { message: message.message, err: message }
        : typeof message === 'object' && message !== null
          ? { message: '', ...message }
          : { message: String(message) };
    this.pino[level]({ context, ...(stack ? { stack } : {}), ...fields }, text);
  }
}
