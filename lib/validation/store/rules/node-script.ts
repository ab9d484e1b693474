import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { StoreRule } from '../../rule.ts';
import { nodeConfigPlaces } from '../node-configs.ts';

/** More than kOps ever packs into a script. */
const maxBytes = 1024 ** 2;

/** kOps: `BootstrapScript.kubeEnv` (pkg/model/bootstrapscript.go), and nodeup: `nodeup config hash mismatch` (upup/pkg/fi/nodeup/command.go). */
export const nodeScript: StoreRule = {
  id: 'NODE-CONFIG-HASH',
  on: 'store',
  severity: 'error',
  title: 'The node configuration is the one that the script of its instance group starts.',
  explanation:
    'The script by which Karpenter starts machines, `nodeupscript.sh`, holds the SHA-256 of the node configuration beside it, and a machine stops with `nodeup config hash mismatch` where it is another one. Either a copy of the store is torn, or somebody edited what kOps generates: `kops update cluster --yes` writes both again. The scripts of other instance groups lie with the cloud, where nothing here looks at them.',
  *check(subject) {
    for (const { key, directory } of nodeConfigPlaces(subject)) {
      const text = subject.texts.get(key);
      const expected = hashIn(subject.texts.get(`${directory}nodeupscript.sh`) ?? '');
      const actual = text === undefined ? expected : createHash('sha256').update(text).digest('base64');
      if (expected !== undefined && actual !== expected) {
        const detail = `its SHA-256 is ${actual}, but nodeupscript.sh names ${expected}: run kops update cluster --yes, which writes both`;
        yield { key, detail };
      }
    }
  },
};

/** The hash in a script; undefined where there is none, or it cannot be found. */
function hashIn(script: string): string | undefined {
  const [, packed] = /^echo "([A-Za-z0-9+/=]+)" \| base64 -d \| gzip -d > conf\/kube_env\.yaml$/m.exec(script) ?? [];
  const settings = packed === undefined ? script : unpacked(packed);
  return /^NodeupConfigHash: (\S+)$/m.exec(settings)?.[1];
}

function unpacked(packed: string): string {
  try {
    return gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: maxBytes }).toString('utf8');
  } catch {
    return '';
  }
}
