/** Logger of the startup, such as a pino logger or `console`. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
