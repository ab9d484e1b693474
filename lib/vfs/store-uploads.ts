import type { Driver } from './driver.ts';
import type { CompleteOptions, CopyPartOptions, MultipartDriver, Part, Upload } from './multipart.ts';
import { callDriver, parseKeyOf, refuseUnless } from './store-call.ts';
import type { BodySource, ContentHeaders, Metadata, Written } from './types.ts';

export interface BeginCall {
  readonly signal: AbortSignal;
  readonly headers: ContentHeaders;
  readonly metadata: Metadata;
}

/** Objects written in parts: the multipart half of `Store`. Refuses with `Unsupported` what the driver cannot do. */
export class StoreUploads {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  async begin(key: string, call: BeginCall): Promise<Upload> {
    return this.#call('begin', key, call.signal, (multipart) =>
      multipart.begin(parseKeyOf(this.#driver, 'begin', key), call),
    );
  }

  async putPart(upload: Upload, number: number, source: BodySource, signal: AbortSignal): Promise<Part> {
    return this.#call('putPart', upload.key, signal, (multipart) =>
      multipart.putPart(upload, number, source, { signal }),
    );
  }

  /** Resolves to undefined where the part cannot be copied on the server side, and its bytes must be sent. */
  async copyPart(
    upload: Upload,
    number: number,
    from: { driver: Driver; key: string },
    options: CopyPartOptions,
  ): Promise<Part | undefined> {
    if (!this.#driver.capabilities.multipartCopy) {
      return undefined;
    }
    return this.#call('copyPart', upload.key, options.signal, async (multipart) =>
      multipart.copyPart?.(upload, number, from.driver, parseKeyOf(from.driver, 'copyPart', from.key), options),
    );
  }

  async listParts(upload: Upload, signal: AbortSignal): Promise<readonly Part[]> {
    return this.#call('listParts', upload.key, signal, (multipart) => {
      const listParts = this.#driver.capabilities.multipartList ? multipart.listParts : undefined;
      refuseUnless(listParts !== undefined, this.#driver, 'listParts', upload.key, 'a list of parts');
      return listParts?.call(multipart, upload, { signal }) ?? Promise.resolve([]);
    });
  }

  async complete(upload: Upload, parts: readonly Part[], options: CompleteOptions): Promise<Written> {
    return this.#call('complete', upload.key, options.signal, (multipart) => {
      const able = options.precondition.kind === 'none' || this.#driver.capabilities.multipartConditional;
      refuseUnless(able, this.#driver, 'complete', upload.key, 'a multipart write with a precondition');
      return multipart.complete(upload, parts, options);
    });
  }

  async abort(upload: Upload, signal: AbortSignal): Promise<void> {
    await this.#call('abort', upload.key, signal, (multipart) => multipart.abort(upload, { signal }));
  }

  #call<T>(
    operation: string,
    key: string,
    signal: AbortSignal,
    run: (multipart: MultipartDriver) => Promise<T>,
  ): Promise<T> {
    return callDriver(this.#driver, operation, key, signal, async () => {
      const multipart = this.#driver.capabilities.multipart ? this.#driver.multipart : undefined;
      refuseUnless(multipart !== undefined, this.#driver, operation, key, 'a multipart write');
      return run(multipart as MultipartDriver);
    });
  }
}
