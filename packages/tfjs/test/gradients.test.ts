import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { checkRules } from './gradients/suite.ts';

checkRules('cpu');
checkRules('wasm');
