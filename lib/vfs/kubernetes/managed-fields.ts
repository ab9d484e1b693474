import type { V1ObjectMeta } from '@kubernetes/client-node';
import { contentField } from './content.ts';
import { annotationNames } from './object-names.ts';

/** Under which name the API server notes what this driver wrote. */
export const fieldManager = 'kops-statesync';

/**
 * What an API server notes of who wrote which field last ("Server-Side Apply", field management). A field that somebody else changes leaves the
 * entry of whoever had it.
 */
type Entry = NonNullable<V1ObjectMeta['managedFields']>[number];

/** A set of fields by name: `f:data`, and in it `f:content`. */
interface FieldSet {
  readonly [name: string]: FieldSet | undefined;
}

/** Whether content and record were both last written by this driver, so that the record is that of the content. */
export function isRecordOfContent({ managedFields = [] }: V1ObjectMeta): boolean {
  return managedFields.some((entry) => {
    const annotations = fieldsOf(entry)['f:metadata']?.['f:annotations'];
    const ours = entry.manager === fieldManager && holdsContent(entry);
    return ours && annotations?.[`f:${annotationNames.content}`] !== undefined;
  });
}

/** When the content was last changed, by the server's clock, to the second; undefined where nothing is noted. */
export function modifiedAtOf({ managedFields = [], creationTimestamp }: V1ObjectMeta): Date | undefined {
  const times = managedFields.filter(holdsContent).flatMap(({ time }) => (time === undefined ? [] : [time.getTime()]));
  return times.length === 0 ? creationTimestamp : new Date(Math.max(...times));
}

function holdsContent(entry: Entry): boolean {
  return fieldsOf(entry)['f:data']?.[`f:${contentField}`] !== undefined;
}

function fieldsOf({ fieldsV1 }: Entry): FieldSet {
  return (fieldsV1 as FieldSet | undefined) ?? {};
}
