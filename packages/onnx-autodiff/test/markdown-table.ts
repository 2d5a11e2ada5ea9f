/** A table as the formatter has it, its columns as wide as their widest cell; numbers stand on the right. The first row is the head. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const [head = [], ...body] = rows;
  const numbers = head.map((_, column) => body.every((row) => /^\d+$/.test(row[column] ?? '')));
  const widths = head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (numbers[column] ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number))).join(' | ')} |`;
  const rule = widths.map((width, column) => (numbers[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(head), line(rule), ...body.map(line)];
}
