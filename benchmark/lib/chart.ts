// By ECharts, as it draws SVG without a DOM or a canvas, on Node.js 20, and brings two small dependencies.

import * as echarts from 'echarts';

import { percentileNames } from './statistics';
import { figure } from './table';

import type { ComparisonResult, Row } from './comparison';
import type { Report } from './run';

const width = 860;
const rowHeight = 22;
const gap = 84;
const top = 100;
const left = 190;

const colours = ['#2f6f9f', '#d08a1d', '#8a8f98', '#3f8f5f'];
const symbols = { p50: 'circle', p95: 'diamond', p99: 'triangle' };

const label = ({ case: name, side }: Row): string => (name ? `${name}  ${side}` : side);

/** One row of points for each case and side; the axis is logarithmic, as sides differ by orders of magnitude. */
export function drawChart({ title, machine, comparisons }: Report): string {
  const heights = comparisons.map(({ rows }) => rows.length * rowHeight);
  const tops = heights.map((_, index) => top + heights.slice(0, index).reduce((sum, height) => sum + height + gap, 0));
  const height = tops[tops.length - 1] + heights[heights.length - 1] + gap;
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    title: [
      {
        text: title,
        subtext: `${machine.date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node}, ${machine.chromium}, load before ${machine.loadBefore.toFixed(1)}`,
        left: 16,
        top: 8
      },
      ...comparisons.map(({ title, unit }, index) => ({
        text: `${title}, ${unit}`,
        textStyle: { fontSize: 13 },
        left: left - 4,
        top: tops[index] - 28
      }))
    ],
    legend: { data: [...percentileNames], right: 16, top: 12 },
    grid: tops.map((top, index) => ({ left, right: 70, top, height: heights[index] })),
    xAxis: comparisons.map((_, gridIndex) => ({ type: 'log', gridIndex, axisLabel: { formatter: figure } })),
    yAxis: comparisons.map(({ rows }, gridIndex) => ({
      type: 'category',
      gridIndex,
      data: rows.map(label),
      inverse: true,
      axisTick: { show: false }
    })),
    series: comparisons.flatMap((comparison, index) => seriesOf(comparison, index))
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg.endsWith('\n') ? svg : `${svg}\n`;
}

function seriesOf({ rows, sides }: ComparisonResult, index: number): echarts.SeriesOption[] {
  return percentileNames.map((name) => ({
    type: 'scatter',
    name,
    symbol: symbols[name],
    symbolSize: name === 'p50' ? 11 : 8,
    color: '#555',
    xAxisIndex: index,
    yAxisIndex: index,
    label: { show: name === 'p50', position: 'left', formatter: ({ value }) => figure((value as number[])[0]) },
    data: rows.map((row) => ({
      value: [row[name], label(row)],
      itemStyle: { color: colours[sides.indexOf(row.side) % colours.length], opacity: name === 'p50' ? 1 : 0.6 }
    }))
  }));
}
