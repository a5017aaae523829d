/** Logger for startup messages, such as a pino logger or `console`. */
export interface StartupLogger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
