// One bundle, two processes: the bridge, and, with `model-proxy` as its argument, the model proxy. The proxy is
// a process of its own so that a bridge that dies does not cut off what the model is saying.
import { MODEL_PROXY_ROLE } from '../supervisor/messages';
import { readBridgeEnvironment } from './environment';
import { runModelProxy } from './model-proxy/run-model-proxy';
import { runBridge } from './run-bridge';

const environment = readBridgeEnvironment();
if (process.argv[2] === MODEL_PROXY_ROLE) {
  await runModelProxy(environment);
} else {
  // Without its supervisor a bridge has no agent and nobody who restarts it.
  process.on('disconnect', () => process.exit(1));
  process.exit(await runBridge(environment));
}
