import { optionsOf } from './arguments.ts';
import type { Command } from './command.ts';

const WIDTH = 96;

/** Two columns, the second wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const indent = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows
    .map(([name, text]) => {
      const lines = wrapped(text, WIDTH - indent);
      return `  ${name.padEnd(indent - 2)}${lines.join(`\n${' '.repeat(indent)}`)}`;
    })
    .join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

export function overview(commands: readonly Command[]): string {
  return `gradcam: why did the classifier say that?

Usage
  gradcam <command> [options]

Commands
${columns(commands.map(({ name, summary }) => [name, summary]))}

Try
  gradcam explain model.onnx photo.jpg --out heatmap.png
  gradcam explain --help

Exit codes
  0 done   2 wrong usage   3 a model, picture or file is bad   4 an operator has no gradient rule
  1 a bug of ours, please report it   130 interrupted
`;
}

export function helpOf(command: Command): string {
  const rows = Object.entries(optionsOf(command)).map(([name, option]): [string, string] => {
    const choices = option.choices ? ` One of ${option.choices.join(', ')}.` : '';
    return [`--${name}${option.value ? ` ${option.value}` : ''}`, `${option.help}${choices}`];
  });
  const operands = command.operands === '' ? '' : ` ${command.operands}`;
  return `${command.summary}

Usage
  gradcam ${command.name}${operands} [options]

Options
${columns(rows)}
${command.notes ? `\n${command.notes.trim()}\n` : ''}`;
}
