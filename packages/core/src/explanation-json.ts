import { GradcamError } from './errors.ts';
import { EXPLANATION_VERSION, type Explanation, type MapPart } from './explanation.ts';
import { type Tensor, tensor } from './tensor.ts';
import type { Warning } from './warnings.ts';

type Numbers = readonly (number | null)[];

interface MapJson {
  readonly dims: readonly number[];
  readonly data: Numbers;
}

const mapToJson = ({ dims, data }: Tensor): MapJson => ({ dims, data: [...data] });

/** An {@link Explanation} as JSON holds it: arrays for typed arrays, null for numbers that are not finite. */
export interface ExplanationJson extends Omit<Explanation, 'map' | 'parts' | 'weights'> {
  readonly map: MapJson;
  readonly parts: readonly (Omit<MapPart, 'map'> & { readonly map: MapJson })[];
  readonly weights: Numbers | null;
}

/** Plain data for `JSON.stringify`, every number exact. Numbers that are not finite become null, with a warning that counts them. */
export function explanationToJson(explanation: Explanation): ExplanationJson {
  const { map, parts, weights } = explanation;
  let lost = 0;
  const text = JSON.stringify(
    {
      ...explanation,
      map: mapToJson(map),
      parts: parts.map((part) => ({ ...part, map: mapToJson(part.map) })),
      weights: weights && [...weights],
    },
    (_, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) lost++;
      return value;
    },
  );
  // JSON itself writes numbers that are not finite as null.
  const plain = JSON.parse(text) as ExplanationJson;
  if (lost === 0) return plain;
  const warning: Warning = { code: 'null-number', message: `${lost} numbers are not finite and were stored as null` };
  return { ...plain, warnings: [...plain.warnings, warning] };
}

const number = (value: number | null): number => value ?? Number.NaN;

const mapFromJson = ({ data, dims }: MapJson): Tensor => tensor(Float32Array.from(data, number), dims);

const isMap = (map: Partial<MapJson> | undefined): boolean => Array.isArray(map?.data) && Array.isArray(map?.dims);

function isStored(json: Partial<ExplanationJson>): json is ExplanationJson {
  const { version, map, parts, predictions, target, weights } = json;
  return (
    version === EXPLANATION_VERSION &&
    isMap(map) &&
    Array.isArray(parts) &&
    parts.every((part: Partial<MapPart>) => isMap(part.map as Partial<MapJson> | undefined)) &&
    Array.isArray(predictions) &&
    typeof target === 'object' &&
    (weights === null || Array.isArray(weights))
  );
}

/** The explanation that {@link explanationToJson} stored; null numbers come back as NaN. @throws GradcamError `bad-input` for anything else */
export function explanationFromJson(json: unknown): Explanation {
  const stored = json as Partial<ExplanationJson> | null;
  if (!stored || !isStored(stored)) {
    throw new GradcamError(
      'bad-input',
      `this is no explanation of version ${EXPLANATION_VERSION} (found version ${String(stored?.version)}), or not a whole one; expected what explanationToJson returned`,
    );
  }
  const { map, parts, weights, target, predictions, ...rest } = stored;
  return {
    ...rest,
    target: { ...target, score: number(target.score) },
    predictions: predictions.map((prediction) => ({ ...prediction, score: number(prediction.score) })),
    map: mapFromJson(map),
    parts: parts.map((part) => ({ ...part, map: mapFromJson(part.map) })),
    weights: weights && Float64Array.from(weights, number),
  };
}
