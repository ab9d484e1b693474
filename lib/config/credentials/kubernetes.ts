import { z } from 'zod';
import { absolutePath } from './reference.ts';

/** The ways to reach a Kubernetes API server. */
export const kubernetesCredentials = z.union(
  [
    z.strictObject({
      kubeconfig: absolutePath('Kubernetes: the path of a kubeconfig.', '/run/secrets/kubeconfig'),
    }),
    z.strictObject({
      inCluster: z
        .literal(true)
        .meta({ description: 'Kubernetes: the service account of the pod that this runs in.', examples: [true] }),
    }),
  ],
  { error: 'says no way to reach a Kubernetes API server; expected kubeconfig or inCluster: true' },
);
