/** Minimum time between two progress lines. */
const REPORT_INTERVAL_MS = 5000;

/** Creates a function that writes the number of processed files at most once every five seconds. */
export function createProgressReporter(
  write: (line: string) => void,
  label: string,
): (totals: { fileCount: number }) => void {
  let nextReportAt = Date.now() + REPORT_INTERVAL_MS;
  return ({ fileCount }) => {
    if (Date.now() < nextReportAt) return;
    nextReportAt = Date.now() + REPORT_INTERVAL_MS;
    write(`${fileCount} ${label}`);
  };
}
