/** Logger of a start. A pino logger and `console` both qualify. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
