import type { FieldType } from './field-type.ts';

/** A channel of add-ons, which has no version (`Addons`, channels/pkg/api/channel.go of kOps). What names no manifest cannot be applied. */
export const addonsType: FieldType = {
  fields: {
    kind: 'string',
    metadata: 'object',
    spec: {
      fields: {
        addons: {
          list: {
            fields: {
              id: 'string',
              kubernetesVersion: 'string',
              manifest: 'string',
              manifestHash: 'string',
              name: 'string',
              namespace: 'string',
              needsPKI: 'boolean',
              needsRollingUpdate: 'string',
              prune: {
                fields: {
                  kinds: {
                    list: {
                      fields: {
                        fieldSelector: 'string',
                        group: 'string',
                        kind: 'string',
                        labelSelector: 'string',
                        namespaces: { list: 'string' },
                      },
                    },
                  },
                },
              },
              selector: { map: 'string' },
              version: 'string',
            },
            required: ['manifest'],
          },
        },
      },
    },
  },
};
