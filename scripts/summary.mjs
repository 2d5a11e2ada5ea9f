// Adds up every package's vitest JSON reports and prints 'N passed, N failed, N skipped'.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The reports of one workspace group (`packages`, `apps`), parsed. */
const reportsOf = (root, group) => {
  const folder = join(root, group);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name, '.reports'))
    .filter((reports) => existsSync(reports))
    .flatMap((reports) => readdirSync(reports).map((file) => join(reports, file)))
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')));
};

/** Prints the closing line; returns 0 when something ran and nothing failed. */
export function summary(root, exitCode) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const report of ['packages', 'apps'].flatMap((group) => reportsOf(root, group))) {
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
    // a file that cannot be loaded or set up fails without a failing test in it
    total.failed += report.testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
    ).length;
  }
  // a task broke before its tests ran: lint, a type error, no browser
  if (exitCode !== 0 && total.failed === 0) total.failed = 1;
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}
