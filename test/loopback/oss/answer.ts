/** What the server answers. */
export interface OssAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** XML, or the bytes of an object. */
  readonly body?: string | Uint8Array;
}

/** An answer of XML and nothing else. */
export function xmlAnswer(body: string): OssAnswer {
  return { status: 200, headers: {}, body };
}
