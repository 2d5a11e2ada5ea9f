import { getKernel, type KernelConfig, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { type ConvolutionAttributes, convolutionInputGradient, type InputGradient } from './convolution.ts';
import { depthwiseInputGradient } from './depthwise.ts';
import { type Rule, replaceGradient, replaceKernel } from './rule.ts';

/**
 * `tf.fused.*` brings its own gradient, which refuses dilation, loses the rounding of sizes and computes the filter's and
 * the bias's cotangents unasked (with kernels that wasm lacks). The engine prefers a gradient registered under the name of
 * the operator's scope; it gets no attributes, so the kernel's are noted as it runs. Only linear ones arrive here: tfjs
 * takes an operator with another activation apart when it differentiates.
 */
function fusedRule(kernel: string, scope: string, runs: readonly string[], inputGradient: InputGradient): Rule {
  return {
    kernel,
    runs,
    install(backend) {
      const own = getKernel(kernel, backend) as KernelConfig | undefined;
      if (!own) return () => undefined;
      let noted: ConvolutionAttributes;
      const restoreKernel = replaceKernel({
        ...own,
        kernelFunc(call) {
          noted = call.attrs as unknown as ConvolutionAttributes;
          return own.kernelFunc(call);
        },
      });
      const restoreGradient = replaceGradient({
        kernelName: scope,
        // read once, right after the kernel has run: what was noted belongs to this node
        get gradFunc() {
          const attrs = noted;
          return (dy: Tensor | Tensor[], [filter, x, y]: Tensor[]) => ({
            0: () =>
              inputGradient(reshape(dy as Tensor, (y as Tensor).shape), filter as Tensor, (x as Tensor).shape, attrs),
          });
        },
      });
      return () => {
        restoreGradient();
        restoreKernel();
      };
    },
  };
}

export const fused: readonly Rule[] = [
  fusedRule('FusedConv2D', 'fusedConv2d__op', ['Conv2DBackpropInput'], convolutionInputGradient),
  fusedRule('FusedDepthwiseConv2D', 'fusedDepthwiseConv2d__op', ['DepthwiseConv2dNative'], depthwiseInputGradient),
];
