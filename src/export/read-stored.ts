// A stored file, whole, or the error that says what became of it. A damaged one is put aside, so that what made it can run again.
import type { Digest } from '../cache/digest.ts';
import { StoreError } from '../cache/store-error.ts';
import type { Store } from '../cache/store.ts';

/** @param what it is, for the message. @throws StoreError where it is missing or damaged. */
export async function readStored(
  store: Store,
  digest: Digest,
  what: string,
  { hint }: { readonly hint: string },
): Promise<Uint8Array> {
  const bytes = await store.blobs.read(digest);
  if (bytes !== undefined) return bytes;
  const state = await store.blobs.verify(digest);
  if (state === 'damaged') await store.blobs.quarantine(digest);
  throw new StoreError(
    state === 'damaged'
      ? `${what} is damaged in ${store.layout.root}, and was put aside`
      : `${what} is not in ${store.layout.root} any more`,
    hint,
  );
}
