// The version of pipe, as package.json has it (bundled into the program).
import manifest from '../package.json' with { type: 'json' };

export const version: string = manifest.version;
