import { describe, expect, it } from '@jest/globals';
import type { FieldType } from '../../lib/validation/schema/field-type.ts';
import { onlyPlaceOf } from '../../lib/validation/schema/misplaced-field.ts';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';

const type: FieldType = {
  fields: {
    status: { fields: { outside: 'string' } },
    spec: {
      fields: {
        top: 'string',
        once: { fields: { inner: 'string', twice: 'string' } },
        again: { fields: { deep: { fields: { twice: 'string', deepest: 'string' } } } },
        many: { list: { fields: { listed: 'string' } } },
        map: { map: { fields: { mapped: 'string' } } },
      },
    },
  },
};

describe('the only place of a field', () => {
  it.each([
    ['top', 'spec.top'],
    ['inner', 'spec.once.inner'],
    ['deepest', 'spec.again.deep.deepest'],
    ['twice', undefined],
    ['listed', undefined],
    ['mapped', undefined],
    ['outside', undefined],
    ['nowhere', undefined],
  ])('of %s is %s', (name, place) => {
    expect(onlyPlaceOf(name, type)).toBe(place);
  });

  it('is none of an object without a spec', () => {
    expect(onlyPlaceOf('a', { fields: { a: 'string' } })).toBeUndefined();
    expect(onlyPlaceOf('a', 'object')).toBeUndefined();
  });

  it('is proposed for a field that stands elsewhere', () => {
    const text =
      'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nspec:\n  cilium: {}\n  encryptedVolume: true\n  enabled: true\n';
    const { findings } = validateManifests([{ file: 'x.yaml', text }], { rules: [] });
    expect(findings.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'warning spec.cilium: unknown field, which kOps drops in silence; did you mean "spec.networking.cilium"?',
      'warning spec.encryptedVolume: unknown field, which kOps drops in silence',
      'warning spec.enabled: unknown field, which kOps drops in silence',
    ]);
  });
});
