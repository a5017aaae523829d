/** Time between two lines of progress, in milliseconds. */
const REPORT_MS = 5000;

/** Returns a function that writes the number of files at most every five seconds. */
export function createProgressReporter(
  write: (line: string) => void,
  what: string,
): (totals: { files: number }) => void {
  let next = Date.now() + REPORT_MS;
  return ({ files }) => {
    if (Date.now() < next) return;
    next = Date.now() + REPORT_MS;
    write(`${files} ${what}`);
  };
}
