import { filesOf } from './dropped-files.ts';
import { element } from './element.ts';

const curtain = element('drop', HTMLDivElement);
const input = element('files', HTMLInputElement);

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;

/** Files that are dropped anywhere, chosen, or pasted. */
export function onFiles(take: (files: readonly File[]) => void): void {
  const takeFrom = async (transfer: DataTransfer | null): Promise<void> => {
    const files = transfer ? await filesOf(transfer) : [];
    if (files.length > 0) take(files);
  };
  window.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    curtain.hidden = false;
  });
  window.addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) curtain.hidden = true;
  });
  window.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    curtain.hidden = true;
    void takeFrom(event.dataTransfer);
  });
  window.addEventListener('paste', ({ clipboardData }) => void takeFrom(clipboardData));
  element('choose', HTMLButtonElement).addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    take([...(input.files ?? [])]);
    // so that the same file can be chosen again
    input.value = '';
  });
}
