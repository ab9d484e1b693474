import type { StsError } from './errors.ts';

/** Elements by tag, in order. */
export interface XmlFields {
  readonly [tag: string]: string | XmlFields;
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** The answer to an action that succeeded. */
export function resultXml(action: string, result: XmlFields, requestId: string): string {
  return document(`${action}Response`, {
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: requestId },
  });
}

/** The answer to a request that was refused. */
export function errorXml(error: StsError, requestId: string): string {
  const fields = { Type: 'Sender', Code: error.code, Message: error.message };
  return document('ErrorResponse', { Error: fields, RequestId: requestId });
}

function document(root: string, fields: XmlFields): string {
  return `<${root} xmlns="${NAMESPACE}">${elements(fields)}</${root}>`;
}

function elements(fields: XmlFields): string {
  return Object.entries(fields)
    .map(([tag, value]) => `<${tag}>${typeof value === 'string' ? escapeText(value) : elements(value)}</${tag}>`)
    .join('');
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
