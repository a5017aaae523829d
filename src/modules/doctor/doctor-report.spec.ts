import { describe, expect, it } from 'vitest';
import { createPlainTextScrubber } from '../../platform/logging/scrub.js';
import { DoctorReport } from './doctor-report.js';
import { error, ok, warning } from './finding.js';

const FINDINGS = [
  ok('a.one', 'One works.'),
  warning('a.two', 'Two is slow.', 'Speed it up.'),
  error('b.three', 'Three rejects the password hunter2-of-the-test.', 'Correct it.'),
];

describe('DoctorReport', () => {
  const scrub = createPlainTextScrubber(['hunter2-of-the-test']);

  it('DoctorReport writes one line per check, followed by the fix', () => {
    const text = new DoctorReport(false, scrub).formatFindings(FINDINGS);
    expect(text).toContain('warning  a.two: Two is slow.\n         Fix: Speed it up.\n');
    expect(text).toContain('3 checks: 1 error, 1 warning.');
  });

  it('DoctorReport writes one JSON object per line and a summary at the end', () => {
    const lines = new DoctorReport(true, scrub).formatFindings(FINDINGS).trim().split('\n');
    const objects = lines.map((line) => JSON.parse(line) as object);
    expect(objects[0]).toEqual({ type: 'check', ...FINDINGS[0] });
    expect(objects.at(-1)).toEqual({ type: 'summary', ok: 1, warnings: 1, errors: 1 });
  });

  it.each([true, false])('DoctorReport never writes a secret (json: %s)', (json) => {
    expect(new DoctorReport(json, scrub).formatFindings(FINDINGS)).not.toContain('hunter2');
  });

  it('DoctorReport masks a secret that contains characters escaped in JSON', () => {
    const secret = 'back\\slash"quote';
    const findings = [error('a.url', `See https://example.com/?q=1 and ${secret}.`, 'Correct it.')];
    const [line] = new DoctorReport(true, createPlainTextScrubber([secret]))
      .formatFindings(findings)
      .split('\n');
    expect(JSON.parse(line)).toMatchObject({ fix: 'Correct it.' });
    expect(line).not.toContain('slash');
  });
});
