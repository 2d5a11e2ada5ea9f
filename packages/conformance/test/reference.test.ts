import { referenceModel, testModel } from '../src/index.ts';

// nothing of it lies on a device
testModel({ name: 'reference', create: referenceModel, live: () => 0 });
