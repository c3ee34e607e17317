import { expect, test } from 'vitest';
import { onnxRuntime } from '../../src/train/onnx/runtime.ts';

test('where the install left ONNX Runtime out, the error says how to install it', async () => {
  const missing = () =>
    Promise.reject(new Error("Cannot find package 'onnxruntime-node' imported from here\nstack"));
  await expect(onnxRuntime(missing)).rejects.toMatchObject({
    code: 'ONNX_RUNTIME_MISSING',
    exitCode: 1,
    message:
      "ONNX Runtime, which proves a model before it is kept, cannot be loaded: Cannot find package 'onnxruntime-node' imported from here",
    next: expect.stringContaining('npm_config_onnxruntime_node_install=skip'),
  });
});
