// The table network x backend of docs/conformance.md, from the notes that the tests left.
import { reasons } from './conformance-reasons.mjs';

/** From here on a difference is explained. */
const EXPLAIN = 1e-5;
/** And this far no two backends may lie apart. */
const APART = 1e-4;

const columnOf = ({ backend, format }) =>
  backend.startsWith('tfjs') ? `${backend}, ${format === 'graph-model' ? 'GraphModel' : 'LayersModel'}` : backend;

const reasonFor = (network, column) =>
  reasons.find((one) => one.network === network && column.includes(one.backend))?.reason;

function distance(a, b) {
  let [difference, norm] = [0, 0];
  b.forEach((value, i) => {
    difference += (a[i] - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(difference / (norm || 1));
}

/** The two backends that lie furthest apart in what they say of a network. */
function furthest(cells) {
  let worst = { apart: 0, pair: '' };
  cells.forEach((a, i) => {
    for (const b of cells.slice(i + 1))
      for (const kind of ['gradient', 'map']) {
        const apart = distance(a.values[kind], b.values[kind]);
        if (apart > worst.apart) worst = { apart, pair: `${columnOf(a)} and ${columnOf(b)}` };
      }
  });
  return worst;
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const said = (error) => (error === 0 ? '0' : error.toExponential(1).replace('e-', 'e−'));
const row = (cells) => `| ${cells.join(' | ')} |`;

/** The page, and what is wrong with it: failed tests, differences that nobody explained. */
export function page(notes) {
  const problems = notes.flatMap(({ failed }) => (failed ? [failed.split('\n')[0]] : []));
  const good = notes.filter(({ failed }) => !failed);
  const columns = [...new Set(good.map(columnOf))];
  const networks = [...new Set(good.map(({ network }) => network))];
  const footnotes = [];
  const mark = (text) => {
    if (!footnotes.includes(text)) footnotes.push(text);
    return ` [${footnotes.indexOf(text) + 1}]`;
  };
  const errors = new Map(columns.map((column) => [column, []]));
  const body = networks.map((network) => {
    const of = (column) => good.filter((one) => one.network === network && columnOf(one) === column);
    const measured = [];
    const cells = columns.map((column) => {
      const own = of(column);
      const oracle = own.find(({ law, errors: found }) => law === 'oracle' && found);
      const skipped = own.find(({ law, skipped: reason }) => reason && (law === 'oracle' || law === 'all'));
      if (!oracle) {
        if (!skipped) problems.push(`${network} on ${column}: no numbers; expected a result or a skip with its reason`);
        return skipped ? `–${mark(skipped.skipped)}` : '?';
      }
      const error = Math.max(oracle.errors.gradient, oracle.errors.map);
      const coarse = /float16|QDQ/.test(network);
      if (!coarse) {
        measured.push(oracle);
        errors.get(column).push(error);
      }
      const lesser = own.filter(({ law, skipped: reason }) => reason && law !== 'oracle' && law !== 'all');
      const marks = lesser.map(({ law, skipped: reason }) => mark(`law ${law}: ${reason}`));
      if (error > EXPLAIN) {
        const reason = reasonFor(network, column);
        if (reason) marks.push(mark(reason));
        else
          problems.push(
            `${network} on ${column}: ${said(error)} is more than ${EXPLAIN} and nobody says why (scripts/conformance-reasons.mjs)`,
          );
      }
      return said(error) + marks.join('');
    });
    const { apart, pair } = furthest(measured);
    if (apart > APART) problems.push(`${network}: ${pair} lie ${said(apart)} apart; expected at most ${APART}`);
    return row([network, ...cells, measured.length > 1 ? said(apart) : '']);
  });
  const medians = columns.map((column) => said(median(errors.get(column))));
  const text = `# Conformance

Made by \`npm run conformance\`, which runs [the suite](../packages/conformance) on every backend. Each number is the largest relative L2 error of a
gradient or a raw map (Grad-CAM, Layer-CAM; two layers, two classes) against PyTorch in float64 on the same weights; for the quantised network
it is what is missing to a correlation of 1 with the float one. The last column is how far the two backends that differ most lie apart.
A dash is a network that a backend or a format cannot hold, or a law that is skipped; the note says why.

GPU backends in Chromium run on SwiftShader, an emulated GPU: \`npm test\` judges all laws there on two networks and the
numbers on all; \`npm run conformance -- --whole\` all laws on all. Some convolutions are wrong in
onnxruntime-web 1.30 (webgpu) itself; the gradient asks for none of them, and a model that holds one is an error, not a number
([which](../packages/onnx/README.md); [test](../packages/onnx/browser/convolutions.browser.test.ts)).

${row(['network', ...columns, 'furthest apart'])}
${row(['network', ...columns, 'x'].map(() => '---'))}
${body.join('\n')}
${row(['median, float32', ...medians, ''])}

${footnotes.map((note, i) => `${i + 1}. ${note}`).join('\n')}
`;
  return { text, problems };
}
