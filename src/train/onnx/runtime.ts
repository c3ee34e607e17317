import { EXIT, HoopduckError, messageOf } from '../../errors.ts';

type Runtime = typeof import('onnxruntime-node');

/**
 * ONNX Runtime. npm leaves the package out, and installs the rest, where its own install script failed
 * (it fetches GPU libraries that scoring on the CPU does not need).
 * @throws HoopduckError ONNX_RUNTIME_MISSING (exit 1) when it is not there or does not load on this machine
 */
export async function onnxRuntime(
  load: () => Promise<Runtime> = () => import('onnxruntime-node'),
): Promise<Runtime> {
  try {
    return await load();
  } catch (error) {
    throw new HoopduckError(
      'ONNX_RUNTIME_MISSING',
      `ONNX Runtime, which proves a model before it is kept, cannot be loaded: ${messageOf(error).split('\n')[0]}`,
      {
        next: 'Install again with npm_config_onnxruntime_node_install=skip in the environment (docs/how-to/install.md).',
        exitCode: EXIT.failed,
        cause: error,
      },
    );
  }
}
