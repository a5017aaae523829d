import { OutputError } from './image-errors.js';

/** Adds the index of the output to an `OutputError` that the operation throws. */
export async function attachOutputIndex<T>(
  index: number,
  operation: () => T | Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof OutputError) error.output = index;
    throw error;
  }
}
