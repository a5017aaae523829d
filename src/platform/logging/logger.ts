import type { LoggerService } from '@nestjs/common';
import { type Logger as Pino, pino } from 'pino';
import pretty from 'pino-pretty';
import { currentLogContext } from './log-context.js';
import { scrubber } from './scrub.js';
import { serializeError } from './serialize-error.js';

/**
 * Creates the logger. Writes one JSON object per line, or colored text for people. Times are in ISO 8601.
 * @param output destination of the lines; standard output by default
 * @param fields fields of every JSON line. Text for people omits them, as a terminal shows one process.
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
    // A copy, because pino adds the fields of the line to its argument.
    mixin: () => ({ ...currentLogContext() }),
    serializers: { err: serializeError },
    hooks: { streamWrite: scrubber({ secrets, escapeControls: isPretty }) },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (!isPretty) return pino(options, output);
  return pino(
    options,
    pretty({ sync: true, ...(output === process.stdout ? {} : { destination: output }) }),
  );
}

/** Contexts of Nest's own start messages, one line for each module and route. */
const FRAMEWORK = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
]);

/**
 * Lets Nest and its features log through pino. Pass a sentence, or an object with `message` and
 * additional fields: `log.warn({ message: 'Image failed', image_id, err })`.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  log = (message: unknown, ...rest: unknown[]) => this.write('info', message, rest);
  error = (message: unknown, ...rest: unknown[]) => this.write('error', message, rest);
  warn = (message: unknown, ...rest: unknown[]) => this.write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]) => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]) => this.write('trace', message, rest);
  fatal = (message: unknown, ...rest: unknown[]) => this.write('fatal', message, rest);

  /** Nest puts the context (the class's name) last and, on errors, a stack before it. */
  private write(
    requested: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal',
    message: unknown,
    rest: unknown[],
  ) {
    const context = rest.at(-1);
    const level = requested === 'info' && FRAMEWORK.has(String(context)) ? 'debug' : requested;
    const stack = rest.length > 1 ? rest[0] : undefined;
    const { message: text, ...fields } =
      message instanceof Error
        ? { message: message.message, err: message }
        : typeof message === 'object' && message !== null
          ? { message: '', ...message }
          : { message: String(message) };
    this.pino[level]({ context, ...(stack ? { stack } : {}), ...fields }, text);
  }
}
