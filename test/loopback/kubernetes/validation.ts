import type { SentSecret } from './objects.ts';
import { badRequest, invalid } from './status.ts';

/** A Secret's data, decoded, all fields together ("Secrets", size limit). */
const maxDataBytes = 1024 * 1024;
/** Names and values of all annotations together ("Annotations"; `TotalAnnotationSizeLimitB`). */
const maxAnnotationBytes = 256 * 1024;

/** "Object Names and IDs", DNS subdomain names. */
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** "Labels and Selectors", syntax: a name of at most 63 characters after an optional prefix. */
const qualifiedName = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const dataName = /^[-._a-zA-Z0-9]{1,253}$/;
const base64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Throws for what a Secret cannot be. */
export function validate(name: string, { metadata = {}, data }: SentSecret): void {
  if (name.length > 253 || !subdomain.test(name)) {
    throw invalid(
      name,
      'metadata.name',
      'FieldValueInvalid',
      `Invalid value: "${name}": a lowercase RFC 1123 subdomain`,
    );
  }
  validateLabels(name, metadata.labels ?? {});
  validateAnnotations(name, metadata.annotations ?? {});
  validateData(name, data ?? {});
}

function validateLabels(name: string, labels: Readonly<Record<string, string>>): void {
  for (const [label, value] of Object.entries(labels)) {
    if (!qualifiedName.test(label) || !labelValue.test(value)) {
      throw invalid(name, 'metadata.labels', 'FieldValueInvalid', `Invalid value: "${value}": a valid label`);
    }
  }
}

function validateAnnotations(name: string, annotations: Readonly<Record<string, string>>): void {
  const bytes = Buffer.byteLength(Object.entries(annotations).flat().join(''));
  if (bytes > maxAnnotationBytes) {
    const why = `Too long: may not be more than ${maxAnnotationBytes} bytes`;
    throw invalid(name, 'metadata.annotations', 'FieldValueTooLong', why);
  }
  const wrong = Object.keys(annotations).find((annotation) => !qualifiedName.test(annotation));
  if (wrong !== undefined) {
    throw invalid(name, 'metadata.annotations', 'FieldValueInvalid', `Invalid value: "${wrong}"`);
  }
}

function validateData(name: string, data: Readonly<Record<string, string>>): void {
  let bytes = 0;
  for (const [field, value] of Object.entries(data)) {
    if (!base64.test(value)) {
      throw badRequest('Secret in version "v1" cannot be handled as a Secret: illegal base64 data');
    }
    if (!dataName.test(field)) {
      throw invalid(name, `data[${field}]`, 'FieldValueInvalid', `Invalid value: "${field}": a valid config key`);
    }
    bytes += Buffer.byteLength(value, 'base64');
  }
  if (bytes > maxDataBytes) {
    throw invalid(name, 'data', 'FieldValueTooLong', `Too long: may not be more than ${maxDataBytes} bytes`);
  }
}
