import modelUrl from '../../../models/shapes/model.onnx?url';

const urls = import.meta.glob<string>(
  ['../../../models/shapes/scenes/*.png', '!../../../models/shapes/scenes/*.mask.png'],
  {
    eager: true,
    import: 'default',
    query: '?url',
  },
);

/** A sample picture. */
export interface Scene {
  readonly name: string;
  /** For people: "fish and star". */
  readonly title: string;
  readonly url: string;
}

/** The sample pictures of the model that comes with gradcam. */
export const scenes: readonly Scene[] = Object.entries(urls).map(([path, url]) => {
  const name = path.replace(/^.*\/|\.png$/g, '');
  return { name, title: name.replaceAll('-', ' '), url };
});

async function fetched(url: string, name: string): Promise<File> {
  const response = await fetch(url);
  if (response.ok) return new File([await response.blob()], name);
  throw new Error(`${name} could not be loaded from this page (${response.status}); reload it`);
}

export const bundledModel = (): Promise<File> => fetched(modelUrl, 'shapes.onnx');
export const scenePicture = ({ url, name }: Scene): Promise<File> => fetched(url, `${name}.png`);
