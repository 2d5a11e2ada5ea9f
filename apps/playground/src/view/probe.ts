import type { Frame, Size, Tensor } from '@gradcam/onnx';
import { element } from './element.ts';
import { number } from './number.ts';
import { place } from './stage.ts';

interface Probed {
  readonly map: Tensor;
  readonly frame: Frame;
  readonly picture: Size;
}

const canvas = element('picture', HTMLCanvasElement);
const cellBox = element('cell', HTMLDivElement);
const readout = element('readout', HTMLOutputElement);
const INVITATION = 'Point or use arrow keys to read a cell.';

let probed: Probed | undefined;
let cell: { readonly row: number; readonly column: number } | undefined;

const sides = ({ map }: Probed): { rows: number; columns: number } => ({
  rows: map.dims.at(-2) ?? 1,
  columns: map.dims.at(-1) ?? 1,
});

function read(row: number, column: number): void {
  if (!probed) return;
  const { rows, columns } = sides(probed);
  if (row < 0 || column < 0 || row >= rows || column >= columns) {
    leave();
    return;
  }
  cell = { row, column };
  const { map, frame, picture } = probed;
  const value = map.data[row * columns + column] ?? Number.NaN;
  readout.textContent = `row ${row + 1}, column ${column + 1}: ${number(value)}`;
  const [width, height] = [frame.width / columns, frame.height / rows];
  place(cellBox, {
    x: (frame.x + column * width) / picture.width,
    y: (frame.y + row * height) / picture.height,
    width: width / picture.width,
    height: height / picture.height,
  });
}

function leave(): void {
  cell = undefined;
  cellBox.hidden = true;
  readout.textContent = INVITATION;
}

function point({ offsetX, offsetY }: PointerEvent): void {
  if (!probed) return;
  const { frame, picture } = probed;
  const { rows, columns } = sides(probed);
  const [x, y] = [(offsetX / canvas.clientWidth) * picture.width, (offsetY / canvas.clientHeight) * picture.height];
  read(Math.floor(((y - frame.y) / frame.height) * rows), Math.floor(((x - frame.x) / frame.width) * columns));
}

const steps: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function step(event: KeyboardEvent): void {
  const by = steps[event.key];
  if (!probed || !by) return;
  event.preventDefault();
  const { rows, columns } = sides(probed);
  const { row, column } = cell ?? { row: Math.floor(rows / 2) - by[0], column: Math.floor(columns / 2) - by[1] };
  read(Math.min(rows - 1, Math.max(0, row + by[0])), Math.min(columns - 1, Math.max(0, column + by[1])));
}

/** Lets the pointer, or the arrow keys, read the raw values of a map's cells. */
export function probe(next: Probed | undefined): void {
  probed = next;
  leave();
}

canvas.addEventListener('pointermove', point);
canvas.addEventListener('pointerdown', point);
canvas.addEventListener('pointerleave', leave);
canvas.addEventListener('blur', leave);
canvas.addEventListener('keydown', step);
