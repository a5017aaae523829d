/** Where a start tells what it does; a pino logger and `console` both are one. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
