import { runJest } from './jest-run.ts';
import { kubeconfigVariable, versionOf } from './kubernetes/cluster.ts';
import { NotHere, type TestServer } from './server.ts';

/** Whatever cluster the environment names. It gets a namespace of its own, which is removed again. */
export const namedKubernetes: TestServer = {
  name: 'kubernetes',
  store: 'k8s://',
  title: `Kubernetes of ${kubeconfigVariable}`,
  required: false,
  start: async (tools) => {
    const kubeconfig = process.env[kubeconfigVariable];
    if (!kubeconfig) {
      throw new NotHere('it names none');
    }
    const environment = { [kubeconfigVariable]: kubeconfig };
    const suite = (name: string) => ({
      name,
      run: () => runJest(tools, `test/servers/kubernetes/${name}.test.ts`, environment),
    });
    return { version: await versionOf(kubeconfig), suites: [suite('conformance'), suite('others')] };
  },
};
