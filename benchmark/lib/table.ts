import { machineLines } from './machine';

import type { ComparisonResult, Row } from './comparison';
import type { Report } from './run';

/** Three digits that count. */
export const figure = (value: number): string => {
  const rounded = Number(value.toPrecision(3));
  return rounded >= 1000 ? rounded.toLocaleString('en-US') : String(rounded);
};

function printTable({ title, unit, sides, rows, verdicts }: ComparisonResult) {
  const times = (row: Row) => {
    const reference = rows.find((other) => other.case === row.case && other.side === sides[0])!;
    return row === reference ? '' : `${figure(row.p50 / reference.p50)} x`;
  };
  const hasBytes = rows.some(({ megabytesPerSecond }) => megabytesPerSecond !== undefined);
  const header = ['', '', 'p50', 'p95', 'p99', `beside ${sides[0]}`, ...(hasBytes ? ['MB/s'] : [])];
  const lines = rows.map((row) => [
    row.case,
    row.side,
    figure(row.p50),
    figure(row.p95),
    figure(row.p99),
    times(row),
    ...(hasBytes ? [figure(row.megabytesPerSecond!)] : [])
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...lines].map((line) => line[column].length)));
  console.log(`\n${title} (${unit})`);
  for (const line of [header, ...lines]) {
    console.log(`  ${line.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')}`);
  }
  for (const { case: name, text, ratio, isMet } of verdicts) {
    console.log(`  ${isMet ? 'met   ' : 'MISSED'}  ${name}: ${text}: ${figure(ratio)} x`);
  }
}

export function printReport({ title, machine, comparisons, checked }: Report) {
  console.log(`\n${title}\n${machineLines(machine)}`);
  for (const comparison of comparisons) printTable(comparison);
  for (const what of checked) console.log(`  checked: ${what}`);
}
