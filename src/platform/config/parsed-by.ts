import { ValidateBy } from 'class-validator';

/** Validates a variable with its own parser. The operator reads the message of the parser. */
export const ParsedBy = (parse: (text: string) => unknown) => {
  const reason = (value: unknown): string | undefined => {
    try {
      parse(String(value));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return ValidateBy({
    name: 'parsedBy',
    validator: {
      validate: (value) => reason(value) === undefined,
      defaultMessage: (args) => reason(args?.value) ?? '',
    },
  });
};
