// Which code of the engine this is. build.mjs puts a digest of it, and of the packages that it uses, in the place of the name; where the sources
// themselves run, nobody knows, and nothing may be kept between runs that depends on it.
declare const ENGINE_CODE: string | undefined;

export const engineCode: string | undefined = typeof ENGINE_CODE === 'undefined' ? undefined : ENGINE_CODE;
